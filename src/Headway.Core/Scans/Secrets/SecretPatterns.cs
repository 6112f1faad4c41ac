using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Scans.Secrets;

/// <summary>The list of what is looked for, each by the form that its issuer documents.</summary>
internal static class SecretPatterns
{
    private const string Word = "[A-Za-z0-9]", Url = "[A-Za-z0-9_-]";

    public static readonly ImmutableArray<SecretPattern> All =
    [
        SecretPattern.Of("an AWS access key", "AKIA ASIA ABIA ACCA", "(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}",
            match => match.StandsAlone && !match.Value.EndsWith("EXAMPLE", StringComparison.Ordinal)
                && Entropy.BitsOf(match.Value.AsSpan(4)) >= 3),
        SecretPattern.Of("an AWS secret key", "aws",
            "(?i:aws)[^=:\n]{0,30}(?i:secret|sk|private)[^=:\n]{0,30}[=:]{1,2}[ \t\"'`]{0,4}(?<v>[A-Za-z0-9/+]{40})",
            match => match.StandsAlone && Entropy.BitsOf(match.Value) >= 4 && !Placeholders.Is(match.Value)),
        SecretPattern.Token("a GitHub token", "ghp_", Word + "{36}"), SecretPattern.Token("a GitHub token", "gho_", Word + "{36}"),
        SecretPattern.Token("a GitHub token", "ghu_", Word + "{36}"), SecretPattern.Token("a GitHub token", "ghs_", Word + "{36}"),
        SecretPattern.Token("a GitHub token", "ghr_", Word + "{36}"),
        SecretPattern.Token("a GitHub token", "github_pat_", Word + "{22}_" + Word + "{59}"),
        SecretPattern.Token("a GitLab token", "glpat-", Url + "{20,64}"), SecretPattern.Token("a GitLab token", "gldt-", Url + "{20,64}"),
        SecretPattern.Token("a GitLab token", "glrt-", Url + "{20,64}"), SecretPattern.Token("a GitLab token", "glptt-", Url + "{40,64}"),
        SecretPattern.Of("a Slack token", "xox", "xox[abeoprs]-[0-9]{8,14}-[A-Za-z0-9-]{16,120}", match => match.StandsAlone),
        SecretPattern.Of("a Slack webhook", "hooks.slack.com",
            "hooks\\.slack\\.com/services/T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/[A-Za-z0-9]{20,30}",
            match => Entropy.BitsOf(match.Value.AsSpan(match.Value.LastIndexOf('/') + 1)) >= 3),
        SecretPattern.Token("a Stripe key", "sk_live_", Word + "{20,120}"), SecretPattern.Token("a Stripe key", "rk_live_", Word + "{20,120}"),
        SecretPattern.Token("an npm token", "npm_", Word + "{36}"),
        SecretPattern.Token("a NuGet key", "oy2", "[a-z0-9]{43}", 3.3),
        SecretPattern.Token("a Google API key", "AIza", Url + "{35}", 3.5),
        SecretPattern.Token("a Google client secret", "GOCSPX-", Url + "{28}"),
        SecretPattern.Token("a SendGrid key", "SG.", Url + "{22}\\." + Url + "{43}"),
        SecretPattern.Token("a DigitalOcean token", "dop_v1_", "[a-f0-9]{64}"),
        SecretPattern.Token("a PyPI token", "pypi-AgEIcHlwaS5vcmc", Url + "{50,200}"),
        SecretPattern.Token("a Vault token", "hvs.", Url + "{24,200}"),
        SecretPattern.Token("a Hugging Face token", "hf_", Word + "{34}"),
        SecretPattern.Token("an age secret key", "AGE-SECRET-KEY-1", "[0-9A-Z]{58}"),
        SecretPattern.Token("an Anthropic key", "sk-ant-", Url + "{80,120}"),
        SecretPattern.Of("an OpenAI key", "T3BlbkFJ", "sk-[A-Za-z0-9_-]{16,100}T3BlbkFJ[A-Za-z0-9_-]{16,100}", match => match.StandsAlone),
        SecretPattern.Of("an Azure storage key", "AccountKey=", "AccountKey=(?<v>[A-Za-z0-9+/]{86}==)",
            match => Entropy.BitsOf(match.Value) >= 4.5 && !match.Line.Contains("devstoreaccount1", StringComparison.Ordinal)),
        SecretPattern.Of("a JSON web token", "eyJ", "eyJ[A-Za-z0-9_-]{10,2000}\\.eyJ[A-Za-z0-9_-]{10,6000}\\.[A-Za-z0-9_-]{20,1000}",
            match => match.StandsAlone && IsToken(match.Value)),
        .. SecretAssignments.All,
    ];

    /// <summary>Most lines have none and are done at once.</summary>
    public static readonly SearchValues<string> AnyHint = SearchValues.Create(
        [.. All.SelectMany(pattern => pattern.Hints).Distinct()], StringComparison.OrdinalIgnoreCase);

    /// <summary>Its head is JSON that names an algorithm, and it is not the sample that everybody copies.</summary>
    private static bool IsToken(string value)
    {
        var parts = value.Split('.');
        try
        {
            using var head = JsonDocument.Parse(Decoded(parts[0]));
            using var body = JsonDocument.Parse(Decoded(parts[1]));
            return head.RootElement.ValueKind is JsonValueKind.Object && head.RootElement.TryGetProperty("alg", out _)
                && !(body.RootElement.ValueKind is JsonValueKind.Object
                    && body.RootElement.TryGetProperty("sub", out var subject)
                    && subject.ToString() is "1234567890");
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return false;
        }
    }

    private static byte[] Decoded(string part)
    {
        var plain = part.Replace('-', '+').Replace('_', '/');
        return Convert.FromBase64String(plain.PadRight(plain.Length + ((4 - (plain.Length % 4)) % 4), '='));
    }
}
