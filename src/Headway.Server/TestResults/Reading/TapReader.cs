using System.Globalization;
using System.Text.RegularExpressions;
using Headway.Core.TestResults;

namespace Headway.Server.TestResults.Reading;

/// <summary>
/// TAP 13 and 14: a line for each test, subtests indented by four before the test that sums them up, directives, YAML blocks,
/// the plan before or after, and `Bail out!`.
/// </summary>
internal sealed partial class TapReader(TestTally tally)
{
    private const int Deepest = 20;
    private readonly Stack<Level> _levels = new([new Level()]);
    private BoundedText? _yaml;
    private int _yamlIndent;

    [GeneratedRegex(@"^(?<not>not )?ok\b(?: +(?<id>\d{1,9}))?(?: +-)?(?<rest>.*)$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Point { get; }

    [GeneratedRegex(@"^1\.\.(?<last>\d{1,9})\b(?<rest>.*)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Plan { get; }

    public static bool Begins(string line) =>
        line.StartsWith("TAP version ", StringComparison.Ordinal) || Point.IsMatch(line) || Plan.IsMatch(line);

    public void Read(LineReader lines)
    {
        while (lines.Next() is { } line)
        {
            if (lines.WasCut && _yaml is null) continue;
            Line(line);
        }
        while (_levels.Count > 1) Close();
        if (_yaml is not null) tally.Problem("It ends within a block of YAML.");
        Finish(_levels.Peek());
        foreach (var test in _levels.Peek().Tests) tally.Add(test);
    }

    private void Line(string line)
    {
        var indent = line.Length - line.AsSpan().TrimStart(' ').Length;
        var text = line[indent..].TrimEnd();
        if (_yaml is not null)
        {
            if (indent <= _yamlIndent && text is "...") EndYaml();
            else _yaml.Line(line.AsSpan(Math.Min(_yamlIndent, line.Length)));
            return;
        }
        if (text.StartsWith("Bail out!", StringComparison.Ordinal))
        {
            tally.Problem($"The tests bailed out: {Texts.Short(text[9..].Trim()) ?? "no reason given"}.");
            _levels.Peek().BailedOut = true;
            return;
        }
        if (text is "---" && indent % 4 == 2)
        {
            (_yaml, _yamlIndent) = (new(Texts.Output), indent);
            return;
        }
        // What is indented otherwise is no TAP: what a test printed.
        if (indent % 4 != 0 || indent / 4 > Deepest) return;
        if (Point.Match(text) is { Success: true } point) Found(point, indent / 4);
        else if (Plan.Match(text) is { Success: true } plan) At(indent / 4).Plan =
            int.Parse(plan.Groups["last"].ValueSpan, CultureInfo.InvariantCulture);
    }

    private void Found(Match point, int depth)
    {
        var level = At(depth);
        level.Seen++;
        var (name, directive) = Described(point.Groups["rest"].Value);
        if (name.Length == 0) name = point.Groups["id"].Success ? $"test {point.Groups["id"].Value}" : $"test {level.Seen}";
        var ok = !point.Groups["not"].Success;
        var skip = directive.StartsWith("skip", StringComparison.OrdinalIgnoreCase);
        var todo = directive.StartsWith("todo", StringComparison.OrdinalIgnoreCase);
        var outcome = skip || (todo && !ok) ? TestOutcome.Skipped : ok ? TestOutcome.Passed : TestOutcome.Failed;
        var inner = level.Inner;
        level.Inner = [];
        level.Newest = null;
        // Expected to fail, so none of what is below it fails the job either.
        foreach (var test in inner)
            level.Tests.Add(test with
            {
                Name = $"{name} > {test.Name}",
                Outcome = todo && test.Outcome is TestOutcome.Failed ? TestOutcome.Skipped : test.Outcome,
            });
        // One that sums up others is no test of its own, unless it failed and none of them did.
        if (inner.Count > 0 && !(outcome is TestOutcome.Failed && inner.All(test => test.Outcome is not TestOutcome.Failed)))
            return;
        level.Newest = level.Tests.Count;
        level.Tests.Add(new(name, outcome));
    }

    private static (string Name, string Directive) Described(string rest)
    {
        var text = rest.Trim();
        for (var at = 0; at < text.Length; at++)
            if (text[at] == '\\') at++;
            else if (text[at] == '#' && (at == 0 || text[at - 1] == ' '))
            {
                var directive = text[(at + 1)..].Trim();
                if (directive.StartsWith("skip", StringComparison.OrdinalIgnoreCase)
                    || directive.StartsWith("todo", StringComparison.OrdinalIgnoreCase)
                    || directive.StartsWith("time=", StringComparison.OrdinalIgnoreCase))
                    return (Plain(text[..at]), directive);
            }
        return (Plain(text), "");
    }

    private static string Plain(string name) => name.Replace("\\#", "#", StringComparison.Ordinal)
        .Replace("\\\\", "\\", StringComparison.Ordinal).Trim();

    /// <summary>The level of an indentation; deeper ones that were open have ended.</summary>
    private Level At(int depth)
    {
        while (_levels.Count > depth + 1) Close();
        while (_levels.Count < depth + 1) _levels.Push(new());
        return _levels.Peek();
    }

    private void Close()
    {
        var level = _levels.Pop();
        Finish(level);
        // What ended without a test that sums it up is passed on as it is.
        foreach (var test in level.Inner) level.Tests.Add(test);
        _levels.Peek().Inner.AddRange(level.Tests);
    }

    private void Finish(Level level)
    {
        foreach (var test in level.Inner) level.Tests.Add(test);
        level.Inner = [];
        if (level.Plan is null && level.Seen > 0 && !level.BailedOut) tally.Problem("It has no plan (1..N), so it may have ended early.");
        else if (level.Plan is { } plan && plan != level.Seen && !level.BailedOut)
            tally.Problem($"{plan} tests were planned and {level.Seen} are listed.");
    }

    private void EndYaml()
    {
        var block = _yaml!.Take();
        _yaml = null;
        var level = At(_yamlIndent / 4);
        if (level.Newest is not { } at || block is null) return;
        var test = level.Tests[at];
        var took = Value(block, "duration_ms");
        level.Tests[at] = test with
        {
            Milliseconds = double.TryParse(took, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && number is >= 0 and < 1e12 ? number : null,
            Unit = Value(block, "location") is { } location ? UnitName.Of(FileOf(location)) : null,
            Message = test.Outcome is TestOutcome.Failed ? Texts.Short(Value(block, "error") ?? Value(block, "message")) : null,
            Output = test.Outcome is TestOutcome.Failed ? block : null,
        };
    }

    /// <summary>A plain or quoted value, or the first lines of a block under the key.</summary>
    private static string? Value(string yaml, string key)
    {
        var lines = yaml.Split('\n');
        var at = Array.FindIndex(lines, line => line.TrimStart().StartsWith(key + ":", StringComparison.Ordinal));
        if (at < 0) return null;
        var value = lines[at].TrimStart()[(key.Length + 1)..].Trim();
        if (value is "|-" or "|" or ">-" or ">" or "|+")
            value = string.Join('\n', lines.Skip(at + 1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal)
                && !line.TrimStart().StartsWith("code:", StringComparison.Ordinal)).Select(line => line.Trim())).Trim();
        return value.Length >= 2 && value[0] is '\'' or '"' && value[^1] == value[0] ? value[1..^1] : value.Length == 0 ? null : value;
    }

    /// <summary>`/path/file.js:3:1` without the place in it.</summary>
    private static string FileOf(string location)
    {
        var parts = location.Split(':');
        var end = parts.Length;
        while (end > 1 && int.TryParse(parts[end - 1], NumberStyles.None, CultureInfo.InvariantCulture, out _)) end--;
        return string.Join(':', parts[..end]);
    }

    private sealed class Level
    {
        public List<TestCase> Tests { get; } = [];
        public List<TestCase> Inner { get; set; } = [];
        public int? Plan { get; set; }
        public int Seen { get; set; }
        public int? Newest { get; set; }
        public bool BailedOut { get; set; }
    }
}
