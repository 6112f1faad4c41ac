using System.Security.Cryptography;
using System.Text;

namespace Headway.Core.Scans.Secrets;

/// <summary>
/// Names a secret at its place without giving it away: passwords are short, and a plain hash of one that is published could
/// be tried out by the million. The path is the salt.
/// </summary>
internal static class SecretFingerprint
{
    private const int Rounds = 30_000;
    private const int Bytes = 8;

    public static string Of(string kind, string path, string value) => Convert.ToHexStringLower(Rfc2898DeriveBytes.Pbkdf2(
        Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes($"headway secret\n{kind}\n{path}"), Rounds,
        HashAlgorithmName.SHA256, Bytes));

    public static string Shown(string value) => value.Length < 16 ? $"{value.Length} characters"
        : $"{value[..4]}..., {value.Length} characters";
}
