using System.Diagnostics;
using System.Xml.Linq;

internal sealed class Tests
{
    private readonly List<(string Name, string? Failure, double Seconds)> _results = [];

    public void Check(string name, Func<bool> holds)
    {
        var began = Stopwatch.GetTimestamp();
        string? failure = null;
        try
        {
            if (!holds()) failure = "does not hold";
        }
        catch (Exception thrown)
        {
            failure = thrown.ToString();
        }
        _results.Add((name, failure, Stopwatch.GetElapsedTime(began).TotalSeconds));
        Console.WriteLine($"{(failure is null ? "ok" : "not ok")} {_results.Count} - {name}");
        if (failure is not null) Console.WriteLine($"# {failure.ReplaceLineEndings("\n# ")}");
    }

    public int Finish(string reportPath)
    {
        Console.WriteLine($"1..{_results.Count}");
        Directory.CreateDirectory(Path.GetDirectoryName(reportPath)!);
        var failures = _results.Count(result => result.Failure is not null);
        new XElement("testsuite",
            new XAttribute("name", "shop"), new XAttribute("tests", _results.Count), new XAttribute("failures", failures),
            _results.Select(result => new XElement("testcase",
                new XAttribute("name", result.Name), new XAttribute("time", result.Seconds),
                result.Failure is { } failure ? new XElement("failure", failure) : null))).Save(reportPath);
        return failures;
    }
}
