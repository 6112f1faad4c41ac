namespace Headway.Node.Instances;

/// <summary>
/// Follows a symbolic link the way the kernel does, step by step. Looking at the text of the target is not enough:
/// `a/../..` leads elsewhere when `a` is itself a link.
/// </summary>
internal static class LinkCheck
{
    /// <summary>As many links as the kernel follows before it gives up (path_resolution(7)).</summary>
    private const int MostLinks = 40;

    public static bool StaysInside(string root, string link)
    {
        var left = new Stack<string>([Path.GetFileName(link)]);
        var at = Path.GetDirectoryName(link)!;
        var followed = 0;
        while (left.TryPop(out var part))
        {
            if (part is "" or ".") continue;
            if (part == "..")
            {
                if (at.Length <= root.Length) return false;
                at = Path.GetDirectoryName(at)!;
                continue;
            }
            at = Path.Combine(at, part);
            if (new FileInfo(at).LinkTarget is not { } target) continue;
            if (target.StartsWith('/') || ++followed > MostLinks) return false;
            at = Path.GetDirectoryName(at)!;
            foreach (var next in target.Split('/').Reverse()) left.Push(next);
        }
        return true;
    }
}
