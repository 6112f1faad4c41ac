namespace Headway.Server.Registry.Index;

/// <summary>Moments as the index keeps them: milliseconds since 1970.</summary>
internal static class Moments
{
    public static long Of(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds();

    public static DateTimeOffset Read(long kept) => DateTimeOffset.FromUnixTimeMilliseconds(kept);
}
