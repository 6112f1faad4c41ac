using System.Text.RegularExpressions;

namespace Headway.Server.Sources;

/// <summary>Where a git repository is: an absolute path, or an address that git may be given without harm.</summary>
public static partial class SourceAddress
{
    private const int Longest = 2000;

    /// <summary>What is wrong with the address, or null.</summary>
    public static string? ProblemOf(string source)
    {
        if (source.Length is 0 or > Longest || source.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            return "The source must be the path or URL of a git repository, without spaces.";
        if (source.StartsWith('/') || ShortSsh().IsMatch(source)) return null;
        if (!Uri.TryCreate(source, UriKind.Absolute, out var url)
            || url.Scheme is not ("file" or "http" or "https" or "ssh"))
            return $"`{source}` is not a source that can be watched: "
                + "give an absolute path, or a file, http, https or ssh URL.";
        return url.UserInfo.Contains(':')
            ? "The source holds a password, which would be kept in the record for ever: "
                + "put it into the server's git-credentials file."
            : null;
    }

    /// <summary>What is wrong with the name of the branch, or null; the rules are git's.</summary>
    public static string? BranchProblemOf(string branch) =>
        Branch().IsMatch(branch) && !branch.Contains("..") && !branch.Contains("//") && !branch.Contains("/.")
            && !branch.EndsWith(".lock", StringComparison.Ordinal) && branch[^1] is not ('/' or '.')
            ? null : $"`{branch}` is not the name of a branch.";

    /// <summary>
    /// Whether two addresses, as written in a push hook and at registration, mean the same repository.
    /// </summary>
    public static bool Same(string one, string other) => Plain(one) == Plain(other);

    private static string Plain(string source)
    {
        var plain = source.StartsWith("file://", StringComparison.Ordinal) ? source["file://".Length..] : source;
        plain = plain.TrimEnd('/');
        return plain.EndsWith(".git", StringComparison.Ordinal) ? plain[..^4] : plain;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][\w.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[\w~/][\w./~+-]*$")]
    private static partial Regex ShortSsh();

    [GeneratedRegex(@"^[A-Za-z0-9_][\w./#+@-]{0,199}$")]
    private static partial Regex Branch();
}
