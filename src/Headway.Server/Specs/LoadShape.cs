using System.Collections.Immutable;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Core.Services;

namespace Headway.Server.Specs;

/// <summary>`load:` of an environment.</summary>
internal static class LoadShape
{
    private const double MostPerSecond = 1000, MostRequests = 1_000_000, LeastRequests = 100;

    private static readonly Field<double> Requests = new(
        "requests", "Requests a second, for the candidate and for stable each.", Quantity.RequestsPerSecond, 0, Required: true);

    private static readonly Field<TimeSpan> For = new(
        "for", "How long.", Quantity.Duration(TimeSpan.FromSeconds(5), TimeSpan.FromHours(1)), TimeSpan.FromSeconds(60),
        Required: true);

    private static readonly Field<ImmutableArray<string>> Paths = new(
        "paths", "Paths that are asked for in turn.", Shapes.List("paths", 50, RunShape.UrlPath()), []);

    private static readonly Field<string?> Journey = new(
        "journey", "A journey under `evidence` that is taken in turn with the paths.",
        Shapes.Text("the name of a journey").Select(name => (string?)name), null);

    private static readonly Field<TimeSpan?> Within = new(
        "within", "What takes longer counts as slow; the objective's p99 when not written.",
        Quantity.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10)).Select(time => (TimeSpan?)time), null);

    public static readonly Shape<LoadSpec?> Shape = MapShape.Of(
        "`load`", [Requests, For, Paths, Journey, Within],
        values =>
        {
            var load = new LoadSpec(
                values.Get(Requests), values.Get(For), values.Get(Paths), values.Get(Journey), values.Get(Within));
            if (load.Paths.IsEmpty && load.Journey is null)
                values.ProblemAt(values.At, "`load` has nothing to ask for", "`paths: [/]`, a `journey`, or both");
            if (load.RequestsPerSecond > MostPerSecond)
                values.Problem(Requests, $"{load.RequestsPerSecond:0} requests/s are more than a node can drive", "at most `1000/s`");
            else if (values.Has(Requests) && values.Has(For) && load.Requests is < LeastRequests or > MostRequests)
                values.Problem(For, $"that makes {load.Requests:0} requests", $"from {LeastRequests:0} to {MostRequests:0} of them");
            return (LoadSpec?)load;
        });

    /// <summary>Names of journeys can be looked up once the whole file is read.</summary>
    public static void Check(
        MapValues file, Field release, ImmutableArray<EnvironmentSpec> environments, ImmutableArray<SignalSpec> evidence)
    {
        var journeys = evidence.Where(signal => signal.Source is SignalSource.Journey).Select(signal => signal.Name).ToList();
        foreach (var environment in environments)
            if (environment.Load?.Journey is { } name && !journeys.Contains(name))
                file.ProblemAt(At(file.NodeOf(release), environment.Name, "load", "journey") ?? file.At,
                    $"there is no journey `{name}` under `evidence`",
                    journeys.Count == 0 ? "a `journey` under `evidence`" : string.Join(" or ", journeys.Select(n => $"`{n}`")),
                    NearestWord.To(name, journeys));
    }

    private static Mark? At(SpecNode? node, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            node = (node as SpecNode.Map)?.Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;
        return node?.At;
    }
}
