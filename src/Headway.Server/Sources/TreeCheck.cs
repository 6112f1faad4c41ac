using System.Text;

namespace Headway.Server.Sources;

/// <summary>
/// Whether the tree of a commit is fit for a job: sizes bounded, every path and link inside the tree.
/// </summary>
public sealed class TreeCheck(GitMirror mirror, SourceOptions options)
{
    private const int LinkLimit = 1000;
    private readonly List<(string Path, string Blob)> _links = [];
    private string? _problem;
    private long _bytes;
    private int _files;

    /// <summary>The first thing that is wrong, or null.</summary>
    public static async Task<string?> ProblemOfAsync(
        GitMirror mirror, SourceOptions options, string commit, CancellationToken stop)
    {
        var check = new TreeCheck(mirror, options);
        await mirror.ListAsync(commit, check.ReadAsync, stop);
        return check._problem ?? await check.LinksAsync(stop);
    }

    /// <summary>
    /// `MODE SP TYPE SP OBJECT SP SIZE TAB PATH NUL`, again and again. Reads on to the end to let git end well.
    /// </summary>
    private async Task ReadAsync(Stream output, CancellationToken stop)
    {
        using var reader = new StreamReader(output, Encoding.UTF8);
        var entry = new StringBuilder();
        var buffer = new char[8192];
        while (await reader.ReadAsync(buffer, stop) is var read and > 0)
            foreach (var c in buffer.AsSpan(0, read))
                if (c != '\0') entry.Append(c);
                else
                {
                    _problem ??= ProblemOf(entry.ToString());
                    entry.Clear();
                }
    }

    private string? ProblemOf(string entry)
    {
        var tab = entry.IndexOf('\t');
        var path = entry[(tab + 1)..];
        if (entry[..tab].Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var mode, _, var blob, var size])
            return $"Git lists an entry that cannot be understood: {entry}";
        if (LeadsOut(path)) return $"The path `{path}` leads out of the tree or into a .git folder.";
        if (++_files > options.TreeFiles) return $"The tree has more than {options.TreeFiles} files.";
        _ = long.TryParse(size, out var bytes);
        if (bytes > options.FileBytes)
            return $"The file `{path}` has {bytes >> 20} MB; a file may have {options.FileBytes >> 20} MB. "
                + "Keep large files elsewhere and fetch them in a job.";
        if ((_bytes += bytes) > options.TreeBytes) return $"The tree is larger than {options.TreeBytes >> 20} MB.";
        if (mode == "120000") _links.Add((path, blob));
        return _links.Count > LinkLimit ? $"The tree has more than {LinkLimit} symbolic links." : null;
    }

    private async Task<string?> LinksAsync(CancellationToken stop)
    {
        foreach (var (path, blob) in _links)
        {
            var target = await mirror.LinkAsync(blob, stop);
            if (!StaysInside(path, target)) return $"The symbolic link `{path}` points out of the tree, to `{target}`.";
        }
        return null;
    }

    private static bool LeadsOut(string path) => path.StartsWith('/') || path.Split('/').Any(part =>
        part is "" or "." or ".." || part.Equals(".git", StringComparison.OrdinalIgnoreCase));

    private static bool StaysInside(string path, string target)
    {
        if (target.StartsWith('/') || target.Length == 0) return false;
        var depth = path.Count(c => c == '/');
        foreach (var part in target.Split('/'))
        {
            if (part is "" or ".") continue;
            depth += part is ".." ? -1 : 1;
            if (depth < 0) return false;
        }
        return true;
    }
}
