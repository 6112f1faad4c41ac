namespace Headway.Server.TestResults.Reading;

/// <summary>A file as reports name it, made relative to the source where jobs see it.</summary>
internal static class UnitName
{
    public static string? Of(string? reported)
    {
        if (reported is null) return null;
        var name = reported.StartsWith("file://", StringComparison.Ordinal) ? reported[7..] : reported;
        name = name.StartsWith("/job/", StringComparison.Ordinal) ? name[5..]
            : name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        return name.Length is 0 or > 400 ? null : name;
    }
}
