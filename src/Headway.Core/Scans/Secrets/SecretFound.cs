namespace Headway.Core.Scans.Secrets;

/// <summary>A secret in a change, told without telling it.</summary>
/// <param name="Kind">What it looks like: `AWS access key`.</param>
/// <param name="Shown">At most its first four characters and its length.</param>
/// <param name="Fingerprint">By which it can be allowed; slow to compute, so that it cannot be used to guess the value.</param>
/// <param name="Why">Why it is allowed, or null.</param>
public sealed record SecretFound(string Path, int Line, string Kind, string Shown, string Fingerprint, string? Why = null)
{
    public string Says => $"{Path}:{Line} holds what looks like {Kind} ({Shown}; fingerprint {Fingerprint})";
}
