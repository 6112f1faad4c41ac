using System.Buffers;
using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Headway.Core.Scans.Secrets;

/// <summary>Secrets that have no form of their own: they are known by what they are given to.</summary>
internal static partial class SecretAssignments
{
    private const string Names = "secret|token|passw(?:or)?d|passphrase|api[_-]?key|apikey|access[_-]?key|auth[_-]?key|"
        + "client[_-]?secret|private[_-]?key|encryption[_-]?key|signing[_-]?key|credential";

    /// <summary>Files full of hashes that are no secrets.</summary>
    private static readonly string[] Locked =
    [
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "packages.lock.json", "Cargo.lock",
        "poetry.lock", "composer.lock", "Gemfile.lock", "go.sum", "Pipfile.lock", "uv.lock", "bun.lock", "flake.lock",
    ];

    /// <summary>Words beside tokens that name a page, a call or a public thing, and open nothing.</summary>
    private static readonly string[] Harmless =
    [
        "public", "sha256", "sha512", "integrity", "checksum", "digest", "hash", "cache", "nextToken", "next_token",
        "pageToken", "page_token", "continuation", "clientToken", "clientRequestToken", "pagination", "idempot", "ciphertext",
    ];

    public static readonly ImmutableArray<SecretPattern> All =
    [
        SecretPattern.Of("an address with a password", "://",
            "[a-z][a-z0-9+]{1,20}://[^:/@ \t\"'`<>]{1,100}:(?<v>[^@/ \t\"'`<>]{4,200})@", IsPasswordOfAddress),
        SecretPattern.Of("a connection string with a password", "password= pwd=",
            "(?i:password|pwd)[ ]?=[ ]?(?<v>[^;\"'` \t,)&]{4,200})", IsPasswordOfConnection),
        SecretPattern.Of("a token of a package registry", "_authToken _auth _password",
            ":_(?:authToken|auth|password)[ ]?=[ ]?\"?(?<v>[A-Za-z0-9+/=._-]{16,300})", match => !Placeholders.Is(match.Value)),
        SecretPattern.Of("a secret", "secret token passw passphrase key credential",
            "(?i:" + Names + ")[A-Za-z0-9_]{0,20}[\"'`]?\\]?[ \t]{0,8}(?:=|:|:=|=>|,)[ \t]{0,8}[\"'`](?<v>[A-Za-z0-9+/=_.~-]{20,200})[\"'`]",
            IsRandomValue),
        SecretPattern.Of("a secret", "secret token passw passphrase key credential",
            "^[ \t]{0,20}(?:export |set |ENV |- )?[A-Z0-9_]{0,40}(?:SECRET|TOKEN|PASSWORD|PASSWD|API_KEY|ACCESS_KEY|PRIVATE_KEY)[A-Z0-9_]{0,20}[ ]?[=:][ ]?(?<v>[A-Za-z0-9+/=_.~-]{20,200})[ \t\r]{0,4}$",
            IsRandomValue),
    ];

    [GeneratedRegex("(?:server|host|data source|addr|address|network address)[ ]?=[ ]?(?<h>[^;\"'` ,]{1,200})",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Server { get; }

    private static readonly SearchValues<char> EndOfHost = SearchValues.Create(":/?# \t\"'`,)");

    private static bool IsPasswordOfAddress(SecretMatch match)
    {
        var rest = match.Line.AsSpan(match.Start + match.Value.Length + 1);
        var end = rest.IndexOfAny(EndOfHost);
        var host = (end < 0 ? rest : rest[..end]).ToString();
        return !Placeholders.Is(match.Value) && host.Length > 0 && !Placeholders.IsHost(host);
    }

    private static bool IsPasswordOfConnection(SecretMatch match)
    {
        if (Placeholders.Is(match.Value) || !match.Line.Contains(';', StringComparison.Ordinal)) return false;
        return Server.Match(match.Line) is { Success: true } server && !Placeholders.IsHost(server.Groups["h"].Value);
    }

    /// <summary>A UUID names something; what opens something has more of it.</summary>
    private static bool IsIdentity(string value) => value.Length == 36 && Guid.TryParse(value, out _);

    private static bool IsRandomValue(SecretMatch match)
    {
        var name = match.Path[(match.Path.LastIndexOf('/') + 1)..];
        if (Locked.Contains(name) || name.EndsWith(".min.js", StringComparison.Ordinal)
            || name.EndsWith(".map", StringComparison.Ordinal)) return false;
        // Hashes of public things stand beside names like `key`: a public key, a checksum, a cache key.
        if (IsIdentity(match.Value) || Harmless.Any(word => match.Line.Contains(word, StringComparison.OrdinalIgnoreCase))) return false;
        return !Placeholders.Is(match.Value) && Entropy.LooksRandom(match.Value);
    }
}
