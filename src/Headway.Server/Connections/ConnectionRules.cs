using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Headway.Server.Connections;

/// <summary>What a connection must have, and what is said of one that is unsafe.</summary>
internal static partial class ConnectionRules
{
    private const int LongestSecret = 16 * 1024, LongestPem = 256 * 1024;

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name { get; }

    [GeneratedRegex(@"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Mount { get; }

    /// <summary>Also names a file, so nothing else may be in it.</summary>
    public static bool IsName(string name) => Name.IsMatch(name);

    /// <summary>Null when it can be kept.</summary>
    public static string? WhyRefused(Connection connection)
    {
        if (connection.Name is null || !IsName(connection.Name))
            return "A connection has a name of lower-case letters, digits and `-`, beginning with a letter, at most 40.";
        if (!Uri.TryCreate(connection.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return $"`{connection.Url}` is no address such as `https://prometheus.example.com`.";
        if (url.UserInfo.Length > 0) return "Credentials do not stand in the URL: give them from a file.";
        if (url.Query.Length > 0 || url.Fragment.Length > 0) return "The URL of a connection has no `?` and no `#`.";
        if (Secrets(connection).Any(secret => secret.Length is 0 or > LongestSecret || secret.Any(char.IsControl)))
            return $"A secret is one line of at most {LongestSecret} characters; this one is empty, too long, or more "
                + "than a line.";
        if (connection.Namespace is { } space && (space.Length is 0 or > 200 || space.Any(char.IsControl)))
            return "A namespace is one line, such as `team/a`.";
        return OfKind(connection) ?? OfCertificates(connection);
    }

    public static ImmutableArray<string> Warnings(Connection connection)
    {
        var warnings = ImmutableArray.CreateBuilder<string>();
        var url = new Uri(connection.Url);
        if (connection.Insecure)
            warnings.Add("INSECURE: the certificate of the other side is not verified, so whoever is on the way can "
                + "read the credentials and answer in its place. Give its authority with --ca-file instead.");
        if (url.Scheme == "http" && connection.Credential is not (null or Credential.Aws) && !url.IsLoopback)
            warnings.Add("The credentials travel unprotected over http: use https.");
        return warnings.ToImmutable();
    }

    private static string? OfKind(Connection connection) => (connection.Kind, connection.Credential) switch
    {
        (ConnectionKind.Datadog, not Credential.Headers) =>
            "A connection to Datadog needs an API key and an application key.",
        (ConnectionKind.NewRelic, not Credential.Headers) => "A connection to New Relic needs a user key.",
        (ConnectionKind.NewRelic, _) when connection.Account is null || !connection.Account.All(char.IsAsciiDigit)
            || connection.Account.Length is 0 or > 20 => "A connection to New Relic needs the number of the account.",
        (ConnectionKind.CloudWatch, not Credential.Aws) => "A connection to CloudWatch needs an access key.",
        (ConnectionKind.CloudWatch, _) when string.IsNullOrWhiteSpace(connection.Region) =>
            "A connection to CloudWatch needs a region.",
        (not ConnectionKind.CloudWatch, Credential.Aws) => "Only CloudWatch takes an access key.",
        (ConnectionKind.Vault, not (Credential.Bearer or Credential.AppRole)) =>
            "A connection to Vault needs a token (--bearer-file) or an AppRole (--role-id with --secret-id-file).",
        (ConnectionKind.Vault, Credential.AppRole role) when !Mount.IsMatch(role.Mount) =>
            "The AppRole is enabled at a path such as `approle`.",
        (not ConnectionKind.Vault, Credential.AppRole) => "Only Vault takes an AppRole.",
        _ => null,
    };

    private static string? OfCertificates(Connection connection)
    {
        if (connection.Authority?.Length > LongestPem || connection.ClientCertificate?.Length > LongestPem)
            return $"A file of certificates has at most {LongestPem / 1024} KiB.";
        try
        {
            if (connection.Authority is { } pem && ConnectionTls.Authorities(pem).Count == 0)
                return "The file of the authority holds no certificate in PEM.";
        }
        catch (CryptographicException)
        {
            return "The file of the authority holds no certificate in PEM.";
        }
        try
        {
            if (connection.ClientCertificate is { } own) ConnectionTls.Own(own).Dispose();
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException)
        {
            return $"The client certificate and its key cannot be used: {wrong.Message}";
        }
        return null;
    }

    private static IEnumerable<string> Secrets(Connection connection) => connection.Credential switch
    {
        Credential.Bearer bearer => [bearer.Token],
        Credential.Basic basic => [basic.User, basic.Password],
        Credential.Headers headers => headers.Values.Keys.Concat(headers.Values.Values),
        Credential.Aws aws => aws.SessionToken is { } session
            ? [aws.AccessKey, aws.SecretKey, session] : [aws.AccessKey, aws.SecretKey],
        Credential.AppRole role => [role.RoleId, role.SecretId],
        _ => [],
    };
}
