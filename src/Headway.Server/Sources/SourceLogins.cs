using Headway.Server.Storage;

namespace Headway.Server.Sources;

/// <param name="Url">Of the repository or its host; http or https.</param>
public sealed record SourceLogin(string Url, string User, string Password);

/// <summary>
/// Users and passwords for repositories, in the file that git's own credential store reads: for the server's user only,
/// never an argument of a process, never in the record.
/// </summary>
public sealed class SourceLogins(SourceOptions options)
{
    public const string FileName = "git-credentials";
    private const int Most = 200, Longest = 4096;
    private readonly Lock changing = new();

    private string Path => System.IO.Path.Combine(options.Data, FileName);

    /// <summary>Keeps it, in place of one for the same address. Null, or why not.</summary>
    public string? Keep(SourceLogin login)
    {
        if (!Uri.TryCreate(login.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")
            || url.UserInfo.Length > 0 || url.Query.Length > 0)
            return $"`{login.Url}` is no address such as `https://git.example.com`, without user and password.";
        if (login.User.Length is 0 or > Longest || login.Password.Length is 0 or > Longest
            || (login.User + login.Password).Any(char.IsControl))
            return $"User and password are one line each, of at most {Longest} characters.";
        var place = $"{url.Authority}{url.AbsolutePath.TrimEnd('/')}";
        var line = $"{url.Scheme}://{Uri.EscapeDataString(login.User)}:{Uri.EscapeDataString(login.Password)}@{place}";
        lock (changing)
        {
            var others = (File.Exists(Path) ? File.ReadAllLines(Path) : [])
                .Where(other => !other.StartsWith($"{url.Scheme}://", StringComparison.Ordinal)
                    || !other.EndsWith($"@{place}", StringComparison.Ordinal)).ToList();
            if (others.Count >= Most) return $"There are {Most} logins already.";
            SecretFile.Write(Path, string.Concat(others.Append(line).Select(each => each + "\n")));
        }
        return null;
    }
}
