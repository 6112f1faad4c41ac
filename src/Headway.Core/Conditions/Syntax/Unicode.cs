namespace Headway.Core.Conditions.Syntax;

/// <summary>Strings of the language hold code points, so that halves of surrogate pairs cannot be in them.</summary>
internal static class Unicode
{
    public static bool IsWell(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                return false;
            i++;
        }
        return true;
    }
}
