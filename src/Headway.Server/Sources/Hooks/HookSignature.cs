using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Sources.Hooks;

/// <summary>
/// Whether a body was signed with the secret of a hook. Everything is compared in constant time, over the bytes as they
/// came.
/// </summary>
internal static class HookSignature
{
    /// <summary>How far the clock of a host may be from ours, where the signature holds a time.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public static bool Holds(
        HookHost host, IHeaderDictionary headers, byte[] body, (byte[] Bytes, string Text) secret, DateTimeOffset now) =>
        host switch
        {
            HookHost.GitHub => IsHex(One(headers, "X-Hub-Signature-256"), "sha256=", Keyed(secret.Text, body)),
            HookHost.Gitea => IsHex(One(headers, "X-Gitea-Signature"), "", Keyed(secret.Text, body)),
            HookHost.GitLab when headers.ContainsKey("webhook-signature") => IsSigned(headers, body, secret.Bytes, now),
            HookHost.GitLab => CryptographicOperations.FixedTimeEquals(
                Hashed(One(headers, "X-Gitlab-Token")), Hashed(secret.Text)),
            _ => false,
        };

    private static byte[] Keyed(string secret, byte[] body) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body);

    private static bool IsHex(string given, string prefix, byte[] expected) =>
        given.StartsWith(prefix, StringComparison.Ordinal) && given.Length == prefix.Length + 2 * expected.Length
            && CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(given[prefix.Length..].ToLowerInvariant()),
                Encoding.ASCII.GetBytes(Convert.ToHexStringLower(expected)));

    /// <summary>
    /// The Standard Webhooks form: HMAC-SHA256 over `ID.SECONDS.BODY`, base64, one or more of them as `v1,...` with
    /// spaces between. The time is signed too, so that an old one is worth nothing.
    /// </summary>
    private static bool IsSigned(IHeaderDictionary headers, byte[] body, byte[] key, DateTimeOffset now)
    {
        var (id, seconds) = (One(headers, "webhook-id"), One(headers, "webhook-timestamp"));
        if (!long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            || Math.Abs((decimal)now.ToUnixTimeSeconds() - at) > (decimal)Tolerance.TotalSeconds) return false;
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{seconds}."), .. body];
        var expected = HMACSHA256.HashData(key, content);
        var holds = false;
        foreach (var one in One(headers, "webhook-signature").Split(' ').Take(5))
            if (one.StartsWith("v1,", StringComparison.Ordinal))
                holds |= CryptographicOperations.FixedTimeEquals(
                    Encoding.ASCII.GetBytes(one[3..]), Encoding.ASCII.GetBytes(Convert.ToBase64String(expected)));
        return holds;
    }

    /// <summary>Of one length, whatever is sent.</summary>
    private static byte[] Hashed(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>A header that was sent twice is none.</summary>
    private static string One(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var values) && values is [{ } value] ? value : "";
}
