using System.Globalization;

namespace Headway.Benchmarks.Server;

/// <summary>Bars beside what was measured, and how busy the machine was meanwhile.</summary>
internal sealed class BarTable
{
    private bool _missed;

    public static BarTable Begin()
    {
        Console.WriteLine(
            $"{Environment.ProcessorCount} processors, load of the last minute {LoadAverage():0.0} before the start");
        Console.WriteLine();
        Console.WriteLine("| bar | measured | met |");
        Console.WriteLine("|---|---|---|");
        return new();
    }

    /// <summary>0 when every bar was met, else 1.</summary>
    public int ExitCode => _missed ? 1 : 0;

    public void Add(string bar, FormattableString measured, bool? met)
    {
        _missed |= met == false;
        var word = met switch { true => "yes", false => "NO", null => "" };
        Console.WriteLine($"| {bar} | {measured.ToString(CultureInfo.InvariantCulture)} | {word} |");
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double LoadAverage() =>
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
}
