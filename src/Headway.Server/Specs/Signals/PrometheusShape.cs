using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Queries;
using Headway.Core.Evidence.Templates;

namespace Headway.Server.Specs.Signals;

/// <summary>`prometheus: ADDRESS` with queries of the user's own, or with a template.</summary>
internal static partial class PrometheusShape
{
    private const int MostParameters = 10;

    [GeneratedRegex("^[a-z]{1,20}$", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterName { get; }

    /// <summary>As harmless as what the server writes, and placeholders.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9_.:/@${}-]{1,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterValue { get; }

    private static readonly Field<string> Server = new(
        "prometheus", "Address of a server that speaks Prometheus' HTTP API, or the name of a connection.",
        ServerShape.Address("prometheus: http://127.0.0.1:9090"), "");

    private static readonly Field<string?> Template = new(
        "template", "Queries that are known: see docs/reference/evidence-templates.md.",
        Shapes.Word([.. EvidenceTemplates.All.Select(t => t.Name)]).Select(name => (string?)name), null);

    private static readonly Field<ImmutableArray<Named<string>>> With = new(
        "with", "What the template needs to know.",
        NamedShape.Of("`with`", ParameterName, "lower-case letters", MostParameters,
            Shapes.Value.Select(text => text.Trim())), []);

    public static readonly SignalSourceField Field = new(
        Server, [.. QueriesShape.Fields, Template, With], values => new SignalSource.Prometheus(
            values.Get(Server), values.Has(Template) ? OfTemplate(values) : OfQueries(values)));

    private static SignalQueries OfQueries(MapValues values)
    {
        if (values.Has(With)) values.Problem(With, "`with` means nothing without `template`");
        return QueriesShape.Of(values, QueriesShape.Gauge, PromQuery.WhyRefused);
    }

    private static SignalQueries OfTemplate(MapValues values)
    {
        foreach (var field in (Field[])[QueriesShape.Bad, QueriesShape.Total, QueriesShape.Gauge])
            if (values.Has(field)) values.Problem(field, $"`{field.Name}` means nothing beside `template`");
        if (values.Get(Template) is not { } name || EvidenceTemplates.Find(name) is not { } template)
            return new(null, null, null);
        var before = Given(values, template);
        var filled = template.Fill(parameter => before.GetValueOrDefault(parameter) ?? "")
            with { Sides = values.Get(QueriesShape.Sides) };
        if (template.NeedsSides && filled.Sides is null)
            values.Problem(Template, $"`{name}` needs `sides`: how it calls the two releases",
                "`sides: { stable: \"\", candidate: NAMESPACE-SERVICE-PORT }`");
        foreach (var query in (string?[])[filled.Bad ?? filled.Gauge])
            if (query is not null && before.Count == template.Parameters.Length
                && PromQuery.WhyRefused(query, name, filled.Gauge is null) is { } problem)
                values.ProblemAt((values.NodeOf(With) ?? values.NodeOf(Template)!).At, problem.Says,
                    "a name that differs between the releases, such as `workload: shop-$side`",
                    QueriesShape.Nearest(problem));
        return filled;
    }

    private static Dictionary<string, string> Given(MapValues values, EvidenceTemplate template)
    {
        var given = new Dictionary<string, string>();
        foreach (var one in values.Get(With))
        {
            if (!template.Parameters.Contains(one.Name))
                values.ProblemAt(one.Key.At, $"`{template.Name}` has no `{one.Name}`", Words(template.Parameters),
                    NearestWord.To(one.Name, template.Parameters));
            else if (!ParameterValue.IsMatch(one.Value))
                values.ProblemAt(one.Written.At, $"{one.Written.Kind} cannot stand for `{one.Name}`",
                    "letters, digits, `_.:/@-` and placeholders");
            else
                given[one.Name] = one.Value;
        }
        var missing = template.Parameters.Where(p => values.Get(With).All(one => one.Name != p)).ToArray();
        if (missing.Length > 0)
            values.Problem(values.Has(With) ? With : Template, $"`{template.Name}` needs {Words(missing)}",
                $"`with: {{ {string.Join(", ", template.Parameters.Select(p => $"{p}: ..."))} }}`");
        return given;
    }

    private static string Words(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"`{word}`"));
}
