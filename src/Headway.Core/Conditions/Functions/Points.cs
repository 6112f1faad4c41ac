using System.Text;

namespace Headway.Core.Conditions.Functions;

/// <summary>Strings by code points, which is how the language counts.</summary>
internal static class Points
{
    public static int Count(string text)
    {
        var count = text.Length;
        foreach (var unit in text)
            if (char.IsLowSurrogate(unit)) count--;
        return count;
    }

    public static Rune[] Of(string text) => [.. text.EnumerateRunes()];

    public static string Text(ReadOnlySpan<Rune> points)
    {
        var text = new StringBuilder(points.Length);
        foreach (var point in points) text.Append(point.ToString());
        return text.ToString();
    }
}
