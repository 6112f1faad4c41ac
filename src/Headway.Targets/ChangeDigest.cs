using System.Security.Cryptography;
using System.Text;
using Headway.Core.Targets;

namespace Headway.Targets;

/// <summary>A change is approved by the digest of its diff, so that what is done is what was shown.</summary>
internal static class ChangeDigest
{
    public static Change Of(string diff, Undo undo) =>
        new($"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(diff)))}", diff, undo);
}
