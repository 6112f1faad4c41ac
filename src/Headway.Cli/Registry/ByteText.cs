using System.Globalization;

namespace Headway.Cli.Registry;

/// <summary>Sizes and digests for people.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    public static string Of(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1000 && unit < Units.Length - 1) (value, unit) = (value / 1000, unit + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {Units[unit]}");
    }

    public static string Short(string digest) => digest.Length > 19 ? digest[..19] : digest;
}
