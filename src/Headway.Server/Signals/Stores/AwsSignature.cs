using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Headway.Server.Connections;

namespace Headway.Server.Signals.Stores;

/// <summary>
/// AWS Signature Version 4 of a request whose body is a form: docs.aws.amazon.com, "Signature Version 4 signing process".
/// </summary>
internal static class AwsSignature
{
    public const string FormType = "application/x-www-form-urlencoded";

    private const string Algorithm = "AWS4-HMAC-SHA256";

    public static void Sign(HttpRequestMessage request, string body, Connection connection, DateTimeOffset now)
    {
        var credential = (Credential.Aws)connection.Credential!;
        var at = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var url = request.RequestUri!;
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = FormType,
            ["host"] = url.IsDefaultPort ? url.Host : $"{url.Host}:{url.Port}",
            ["x-amz-date"] = at,
        };
        if (credential.SessionToken is { } session) headers["x-amz-security-token"] = session;
        foreach (var (name, value) in headers)
            if (name.StartsWith("x-amz-", StringComparison.Ordinal)) request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("Authorization", Authorization(
            new(request.Method.Method, url.AbsolutePath, url.Query.TrimStart('?'), body, headers),
            credential, new(connection.Region!, "monitoring", at)));
    }

    public static string Authorization(SignedRequest request, Credential.Aws credential, SignatureScope scope)
    {
        var names = string.Join(';', request.Headers.Keys);
        var canonical = string.Join('\n',
            request.Method, request.Path, request.Query,
            string.Concat(request.Headers.Select(header => $"{header.Key}:{header.Value.Trim()}\n")), names,
            Hash(request.Body));
        var toSign = string.Join('\n', Algorithm, scope.At, scope.Text, Hash(canonical));
        var key = Encoding.UTF8.GetBytes($"AWS4{credential.SecretKey}");
        foreach (var part in scope.Text.Split('/')) key = Hmac(key, part);
        return $"{Algorithm} Credential={credential.AccessKey}/{scope.Text}, SignedHeaders={names}, "
            + $"Signature={Convert.ToHexStringLower(Hmac(key, toSign))}";
    }

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <param name="Query">Names and values encoded and in order; empty for none.</param>
/// <param name="Headers">By name in lower case.</param>
internal sealed record SignedRequest(
    string Method, string Path, string Query, string Body, SortedDictionary<string, string> Headers);

/// <param name="At">`20150830T123600Z`.</param>
internal sealed record SignatureScope(string Region, string Name, string At)
{
    public string Text => $"{At[..8]}/{Region}/{Name}/aws4_request";
}
