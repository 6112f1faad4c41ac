using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Delivery;
using Headway.Server.Specs;

namespace Headway.Server.Delivery;

/// <summary>A freeze: `freezes/NAME.yaml` of the state repo.</summary>
internal static class FreezeFile
{
    private const int Most = 100;
    private static readonly Shape<string> Name = Shapes.Text("a name or a pattern such as `shop-*`");

    private static readonly Field<DateTimeOffset?> From = new("from", "When it begins; at once when not written.", Moment(), null);
    private static readonly Field<DateTimeOffset?> Until = new("until", "When it ends.", Moment(), null, Required: true);

    private static readonly Field<ImmutableArray<string>> Environments = new(
        "environments", "Which; all when not written.", Shapes.List("environments", Most, Name), []);

    private static readonly Field<ImmutableArray<string>> Services = new(
        "services", "Which; all when not written.", Shapes.List("services", Most, Name), []);

    private static readonly Field<string> Why = new("why", "Said to whoever waits.", Shapes.Text("a reason"), "", Required: true);

    private static readonly Shape<Freeze> Shape = MapShape.Of("a freeze", [From, Until, Environments, Services, Why], values =>
    {
        var freeze = new Freeze("", values.Get(From) ?? DateTimeOffset.MinValue, values.Get(Until) ?? DateTimeOffset.MinValue,
            values.Get(Environments), values.Get(Services), values.Get(Why));
        if (values.Has(Until) && freeze.Until != DateTimeOffset.MinValue && freeze.Until <= freeze.From)
            values.Problem(Until, "the freeze ends before it begins", "`until` after `from`");
        return freeze;
    });

    public static (Freeze? Read, ImmutableArray<SpecProblem> Problems) Read(string path, string text)
    {
        var problems = new ProblemList(path);
        if (!SpecText.IsReadable(text, problems) || new SpecTree(problems).Parse(text) is not { } root) return (null, problems.ToImmutable());
        var read = Shape.Read(root, problems);
        return read.Ok && problems.Count == 0
            ? (read.Value with { Name = Path.GetFileNameWithoutExtension(path) }, []) : (null, problems.ToImmutable());
    }

    public static string Write(Freeze freeze)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"from: {freeze.From:yyyy-MM-ddTHH:mm:ssK}\nuntil: {freeze.Until:yyyy-MM-ddTHH:mm:ssK}\n");
        if (!freeze.Environments.IsEmpty) text.Append("environments: ").AppendLine(List(freeze.Environments));
        if (!freeze.Services.IsEmpty) text.Append("services: ").AppendLine(List(freeze.Services));
        return text.Append("why: ").AppendLine(JsonSerializer.Serialize(freeze.Why, Wire.Json)).ToString();
    }

    /// <summary>A list of JSON is one of YAML too.</summary>
    private static string List(ImmutableArray<string> names) => JsonSerializer.Serialize(names, Wire.Json);

    private static Shape<DateTimeOffset?> Moment()
    {
        const string expected = "a time with its zone such as `2026-12-24T18:00:00+01:00`";
        var text = Shapes.Text(expected);
        return new(text.Schema, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok) return default;
            // Without a zone nobody can tell which hour is meant.
            if (DateTimeOffset.TryParse(read.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
                && (read.Value.EndsWith('Z') || (read.Value.Length > 6 && read.Value[^6] is '+' or '-')))
                return Found.It<DateTimeOffset?>(moment);
            problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` is no moment", expected);
            return default;
        });
    }
}
