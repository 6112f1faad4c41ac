using System.Text.Json;
using System.Text.RegularExpressions;
using Headway.Server.Telemetry.Promql.Syntax;
using Headway.Server.Tests.Telemetry.Promql;
using Xunit;

namespace Headway.Server.Tests.Telemetry.Own;

/// <summary>The dashboards that ship: what they ask for can be asked and is there. A Grafana to show them is not.</summary>
public sealed partial class DashboardTests
{
    private static readonly string[] Variables = ["datasource", "service", "environment", "release_id"];

    public static TheoryData<string> Files => ["executive.json", "on-call.json", "debug.json"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_query_is_one_and_asks_for_what_is_kept(string file)
    {
        var known = DocumentedNames.Own().Concat(DocumentedNames.FromServices()).ToHashSet();
        var queries = Queries(Read(file)).ToArray();
        Assert.True(queries.Length >= 10, $"{file} has only {queries.Length} queries.");
        foreach (var query in queries)
        {
            var expression = Parser.Parse(Filled(query));
            var names = Selectors(expression).Select(s => s.Name).ToArray();
            Assert.NotEmpty(names);
            Assert.All(names, name => Assert.Contains(HistogramPart().Replace(name!, ""), known));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_variable_is_there_and_every_panel_has_its_place(string file)
    {
        var dashboard = Read(file);
        Assert.InRange(dashboard.GetProperty("schemaVersion").GetInt32(), 36, 42);
        var variables = dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().ToArray();
        Assert.Equal(Variables, variables.Select(v => v.GetProperty("name").GetString()!));
        foreach (var variable in variables.Skip(1))
        {
            var (selector, label) = LabelValues().Match(variable.GetProperty("definition").GetString()!) is { Success: true } m
                ? (m.Groups["selector"].Value, m.Groups["label"].Value) : throw new InvalidOperationException("No label_values.");
            Assert.Contains(Parser.ParseSelector(Filled(selector)).Name, DocumentedNames.Own());
            Assert.Equal(variable.GetProperty("name").GetString(), label);
        }
        var panels = dashboard.GetProperty("panels").EnumerateArray().ToArray();
        Assert.Equal(panels.Length, panels.Select(p => p.GetProperty("id").GetInt32()).Distinct().Count());
        var cells = panels.SelectMany(Cells).ToArray();
        Assert.Equal(cells.Length, cells.Distinct().Count());
        Assert.All(cells, cell => Assert.InRange(cell.X, 0, 23));
        Assert.All(Used().Matches(dashboard.GetRawText()).Select(m => m.Groups["name"].Value),
            name => Assert.True(Variables.Contains(name) || name.StartsWith("__", StringComparison.Ordinal), name));
    }

    [Fact]
    public async Task The_queries_find_what_a_server_exports()
    {
        await using var server = await SeededServer.StartAsync();
        var exported = (await server.Client.GetStringAsync("/metrics")).Split('\n').Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => l[..l.LastIndexOf(' ')]).ToArray();
        foreach (var selector in Files.SelectMany(f => Queries(Read(f.Data))).SelectMany(q => Selectors(Parser.Parse(Filled(q)))))
        {
            if (!selector.Name!.StartsWith("headway_", StringComparison.Ordinal)) continue;
            var labels = selector.Matchers.Select(m => m.Name).Where(n => n != "__name__");
            Assert.Contains(exported, line => Regex.IsMatch(line, $"^{selector.Name}({{|$)")
                && labels.All(l => line.Contains($"{l}=\"", StringComparison.Ordinal)));
        }
    }

    private static JsonElement Read(string file) => JsonDocument.Parse(
        File.ReadAllText(Path.Combine(RealPrometheus.Root(), "grafana", "dashboards", file))).RootElement;

    private static IEnumerable<string> Queries(JsonElement dashboard) =>
        dashboard.GetProperty("panels").EnumerateArray()
            .Where(p => p.TryGetProperty("targets", out _))
            .SelectMany(p => p.GetProperty("targets").EnumerateArray()).Select(t => t.GetProperty("expr").GetString()!)
            .Concat(dashboard.GetProperty("annotations").GetProperty("list").EnumerateArray().Select(a => a.GetProperty("expr").GetString()!));

    /// <summary>As Grafana fills it in.</summary>
    private static string Filled(string query) => Used().Replace(query, m => m.Groups["name"].Value switch
    {
        "__rate_interval" => "1m", "__range" => "30d", "__range_s" => "2592000", _ => ".*",
    });

    private static IEnumerable<Expression.Selector> Selectors(Expression e) => e switch
    {
        Expression.Selector s => [s],
        Expression.Range r => [r.Of],
        Expression.Parenthesis p => Selectors(p.Of),
        Expression.Subquery s => Selectors(s.Of),
        Expression.Signed s => Selectors(s.Of),
        Expression.Aggregate a => Selectors(a.Of),
        Expression.Binary b => Selectors(b.Left).Concat(Selectors(b.Right)),
        Expression.Call c => c.Arguments.SelectMany(Selectors),
        _ => [],
    };

    private static IEnumerable<(int X, int Y)> Cells(JsonElement panel)
    {
        var place = panel.GetProperty("gridPos");
        int Of(string name) => place.GetProperty(name).GetInt32();
        return from x in Enumerable.Range(Of("x"), Of("w")) from y in Enumerable.Range(Of("y"), Of("h")) select (x, y);
    }

    [GeneratedRegex(@"\$\{?(?<name>[a-z_]+)\}?")]
    private static partial Regex Used();

    [GeneratedRegex(@"^label_values\((?<selector>.*), (?<label>\w+)\)$")]
    private static partial Regex LabelValues();

    [GeneratedRegex("_(bucket|count|sum)$")]
    private static partial Regex HistogramPart();
}
