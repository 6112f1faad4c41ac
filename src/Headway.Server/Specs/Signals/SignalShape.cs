using System.Collections.Immutable;
using Headway.Core.Evidence;

namespace Headway.Server.Specs.Signals;

/// <summary>The `evidence:` section: what a release is judged by besides the requests of users.</summary>
internal static class SignalShape
{
    private const int SignalLimit = 50;

    private static readonly ImmutableArray<SignalSourceField> Sources =
    [
        PrometheusShape.Field, StoreShapes.Datadog, StoreShapes.NewRelic, StoreShapes.CloudWatch, JsonShape.Field,
        InstancesShape.Field, ProbeShape.Field, JourneyShape.Field, CommandShape.Field, TelemetryShape.Field,
        OwnTelemetryShapes.Dependency, OwnTelemetryShapes.Logs,
    ];

    private static readonly Field<Trust> TrustField = new(
        "trust", "What a bad verdict may do: `observe` only shows it, `pause` asks a person, `auto` (default) takes the "
            + "release back.",
        Shapes.Word("observe", "pause", "auto").Select(word => word switch
        {
            "observe" => Trust.Observe,
            "pause" => Trust.Pause,
            _ => Trust.Auto,
        }), Trust.Auto);

    private static readonly Field<WhenMissing> Missing = new(
        "missing", "What happens when the signal cannot be seen: `hold` (default), or `go on` with other evidence.",
        Shapes.Word("hold", "go on").Select(word => word == "go on" ? WhenMissing.GoOn : WhenMissing.Hold),
        WhenMissing.Hold);

    private static readonly Field<TimeSpan> Every = new(
        "every", "How often it is looked at (10s when not written).",
        Quantity.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), TimeSpan.FromSeconds(10));

    private static readonly Field<ImmutableArray<string>> Environments = new(
        "environments", "Where it is judged; everywhere when not written.",
        Shapes.List("environments", 20, Shapes.Text("the name of an environment")), []);

    private static readonly Shape<SignalSpec> Signal = MapShape.Of(
        "a signal",
        [.. Sources.Select(source => source.Key), .. Sources.SelectMany(source => source.Beside).Distinct(),
            .. TestShape.Fields, TrustField, Missing, Every, Environments],
        values =>
        {
            var source = SourceOf(values);
            return new SignalSpec("", source, Felt(source, TestShape.Of(values, source.IsCounted)))
            {
                Trust = values.Get(TrustField), Missing = values.Get(Missing), Every = EveryOf(values, source),
                Environments = values.Get(Environments),
            };
        });

    private static readonly Shape<ImmutableArray<Named<SignalSpec>>> Signals =
        NamedShape.Of("`evidence`", NamedShape.Name, NamedShape.NameSays, SignalLimit, Signal);

    public static readonly Shape<ImmutableArray<SignalSpec>> Evidence =
        Signals.Select(read => read.Select(one => one.Value with { Name = one.Name }).ToImmutableArray());

    private static TimeSpan EveryOf(MapValues values, SignalSource source)
    {
        var every = values.Get(Every);
        if (every >= source.LeastEvery) return every;
        if (values.Has(Every))
            values.Problem(Every, "this source is filled by the minute, so looking more often shows nothing new",
                $"at least {Quantity.Show(source.LeastEvery)}");
        return source.LeastEvery;
    }

    /// <summary>Of memory and CPU differences are known that nobody minds.</summary>
    private static SignalTest Felt(SignalSource source, SignalTest test) => (source, test) switch
    {
        (SignalSource.Instances { Measure: var measure }, SignalTest.Gauge gauge) =>
            gauge with { Least = InstanceMeasures.Least(measure) },
        _ => test,
    };

    private static SignalSource SourceOf(MapValues values)
    {
        var written = Sources.Where(source => values.Has(source.Key)).ToList();
        if (written.Count != 1)
            values.ProblemAt(values.At, written.Count == 0 ? "a signal needs a source" : "a signal has one source",
                $"one of {string.Join(", ", Sources.Select(source => $"`{source.Key.Name}`"))}");
        foreach (var key in Sources.SelectMany(source => source.Beside).Distinct().Where(values.Has))
            if (written.Count == 1 && !written[0].Beside.Contains(key))
                values.Problem(key, $"`{key.Name}` means nothing beside `{written[0].Key.Name}`");
        return written.Count == 0 ? new SignalSource.Instances(InstanceMeasure.Memory) : written[0].Make(values);
    }
}

/// <summary>A kind of source: the key that names it, the keys that it may have beside it, and what they make.</summary>
internal sealed record SignalSourceField(
    Field Key, ImmutableArray<Field> Beside, Func<MapValues, SignalSource> Make);
