using System.Globalization;
using System.Text;
using Headway.Server.Storage;

namespace Headway.Server.Audit;

/// <summary>
/// An event as a line of the Common Event Format (ArcSight CEF, version 0): in the header `|` and `\` are escaped, in the extension
/// `=`, `\` and line feeds.
/// </summary>
public static class CefText
{
    private const int Calm = 3, Notable = 6, Loud = 8;

    public static string Of(StoredEvent stored)
    {
        var text = new StringBuilder("CEF:0|Headway|Headway|1|");
        text.Append(Header(stored.Type)).Append('|').Append(Header(Words(stored.Type))).Append('|')
            .Append(Severity(stored.Type).ToString(CultureInfo.InvariantCulture)).Append('|');
        Field(text, "rt", stored.At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        Field(text, "suser", stored.Actor);
        Field(text, "externalId", stored.Position.ToString(CultureInfo.InvariantCulture));
        Field(text, "cs1Label", "stream");
        Field(text, "cs1", $"{stored.Stream}@{stored.Version}");
        Field(text, "cs2Label", "hash");
        Field(text, "cs2", Convert.ToHexStringLower(stored.Hash));
        Field(text, "msg", stored.Payload is { } payload ? Encoding.UTF8.GetString(payload) : "redacted");
        return text.ToString().TrimEnd();
    }

    /// <summary>0 to 10, by what an auditor looks at first.</summary>
    private static int Severity(string type) => type switch
    {
        "approval.glassBroken" or "store.epochRaised" or "store.redacted" or "secret.deleted" or "trust.keyTrusted" => Loud,
        _ when type.StartsWith("secret.", StringComparison.Ordinal) || type.StartsWith("approval.", StringComparison.Ordinal)
            || type is "rollout.rollbackStarted" or "lane.rollbackRequested" or "lane.holdPlaced" or "lane.holdLifted" => Notable,
        _ => Calm,
    };

    /// <summary>`lane.holdPlaced` is "lane hold placed".</summary>
    private static string Words(string type)
    {
        var words = new StringBuilder();
        foreach (var letter in type)
            words.Append(letter == '.' ? " " : char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : letter.ToString());
        return words.ToString();
    }

    private static void Field(StringBuilder text, string name, string value) => text.Append(name).Append('=')
        .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal)
            .Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append(' ');

    private static string Header(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);
}
