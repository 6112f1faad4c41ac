using System.Globalization;
using System.Text;

namespace Headway.Server.Specs.Imports;

/// <summary>Reads what it knows of a foreign document; everything may be missing there.</summary>
internal static class ForeignNode
{
    public static SpecNode? At(this SpecNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
            node = (node as SpecNode.Map)?.Entries.LastOrDefault(entry => entry.Key.Text == key)?.Value;
        return node;
    }

    public static string? Text(this SpecNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is SpecNode.Scalar { IsNull: false } scalar ? scalar.Text.Trim() : null;

    public static double? Number(this SpecNode? node, params ReadOnlySpan<string> path) =>
        double.TryParse(node.Text(path), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) ? number : null;

    public static IEnumerable<SpecNode> Items(this SpecNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is SpecNode.List list ? list.Items : [];

    public static IEnumerable<string> KeysOf(this SpecNode? node) =>
        node is SpecNode.Map map ? map.Entries.Select(entry => entry.Key.Text) : [];

    /// <summary>A name that `evidence:` allows, made of any text.</summary>
    public static string NameOf(string? text)
    {
        var name = new StringBuilder();
        foreach (var letter in (text ?? "").ToLowerInvariant())
            if (char.IsAsciiLetterOrDigit(letter)) name.Append(letter);
            else if (name.Length > 0 && name[^1] != '-') name.Append('-');
        var trimmed = name.ToString().Trim('-');
        if (trimmed.Length == 0 || !char.IsAsciiLetter(trimmed[0])) trimmed = $"m-{trimmed}".TrimEnd('-');
        return trimmed.Length <= 40 ? trimmed : trimmed[..40].TrimEnd('-');
    }

    public static string Show(double number) => number.ToString("0.##########", CultureInfo.InvariantCulture);
}
