namespace Headway.Core.Registry;

/// <summary>
/// A full version, as semver.org writes it, with or without a leading `v`. A tag cannot hold the `+` of build data, so
/// there is none.
/// </summary>
public static class VersionTag
{
    public static bool IsOne(string tag)
    {
        var text = tag.StartsWith('v') ? tag[1..] : tag;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var core = (dash < 0 ? text : text[..dash]).Split('.');
        return core.Length == 3 && Array.TrueForAll(core, IsNumber)
            && (dash < 0 || Array.TrueForAll(text[(dash + 1)..].Split('.'), part => part.Length > 0));
    }

    private static bool IsNumber(string text) =>
        text.Length > 0 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0');
}
