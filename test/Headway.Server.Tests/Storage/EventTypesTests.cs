using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Headway.Core;
using Headway.Core.Environments;
using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Core.Secrets;
using Headway.Core.Services;
using Headway.Core.SupplyChain;
using Headway.Server.Storage;
using Xunit;

namespace Headway.Server.Tests.Storage;

public sealed class EventTypesTests
{
    /// <summary>A folder: instead of comparing, the samples are written there.</summary>
    private const string WriteTo = "HEADWAY_WRITE_GOLDEN";

    private const string Words = "words.json";

    public static TheoryData<string> Names => [.. EventTypes.Known.All.Select(type => type.Name)];

    [Theory, MemberData(nameof(Names))]
    public void The_stored_shape_of_a_type_is_its_golden_sample(string name)
    {
        var type = EventTypes.Known.All.Single(one => one.Name == name);
        var today = JsonSerializer.Serialize(Sample.Of(type.Record), type.Record, Wire.Indented) + "\n";
        CompareOrWrite($"{name}.{type.Schema}.json", today,
            "If only fields were added whose absence reads well, write the sample anew; if a meaning changed, raise "
                + "the schema in EventTypes and add an upcast.");
    }

    [Fact]
    public void Every_sample_ever_written_can_still_be_read_and_loses_nothing()
    {
        var samples = typeof(EventTypesTests).Assembly.GetManifestResourceNames()
            .Where(resource => resource.Contains(".golden.")
                && !resource.EndsWith(Words, StringComparison.Ordinal)).ToList();
        Assert.True(samples.Count >= EventTypes.Known.All.Length);
        foreach (var sample in samples)
        {
            var parts = sample[(sample.IndexOf(".golden.", StringComparison.Ordinal) + ".golden.".Length)..].Split('.');
            var payload = Encoding.UTF8.GetBytes(Golden(string.Join('.', parts))!);
            var read = EventTypes.Known.Read(Stored($"{parts[0]}.{parts[1]}", int.Parse(parts[2]), payload));
            var written = EventTypes.Known.New(read, "ann");
            Assert.True(Holds(JsonNode.Parse(written.Payload), JsonNode.Parse(payload)), $"{sample} lost something.");
        }
    }

    /// <summary>A sample shows one word of each enumeration; stored events may hold any of them.</summary>
    [Fact]
    public void The_words_of_stored_enumerations_only_grow()
    {
        var words = EventTypes.Known.All.SelectMany(type => Sample.EnumerationsIn(type.Record)).Distinct()
            .OrderBy(type => type.Name, StringComparer.Ordinal).ToDictionary(type => type.Name, Enum.GetNames);
        CompareOrWrite(Words, JsonSerializer.Serialize(words, Wire.Indented) + "\n",
            "Words that are stored can be added and never be taken away or renamed.");
    }

    [Fact]
    public void Every_event_of_the_core_has_a_line_in_the_registry()
    {
        Type[] unions = [typeof(RolloutEvent), typeof(LaneEvent), typeof(RunEvent), typeof(ServiceEvent),
            typeof(TemplateEvent), typeof(RequirementEvent), typeof(StoreEvent), typeof(TrustEvent), typeof(SecretEvent),
            typeof(Headway.Core.Scans.ScanEvent), typeof(Headway.Core.Pacts.PactEvent),
            typeof(Headway.Core.Delivery.ApprovalEvent), typeof(Headway.Core.Policies.PolicyEvent),
            typeof(Headway.Core.Intent.StateEvent), typeof(Headway.Core.Access.AccessEvent),
            typeof(Headway.Core.Configuration.ConfigurationEvent), typeof(Headway.Core.Groups.GroupEvent),
            typeof(Headway.Core.Drift.DriftEvent)];
        var events = unions.SelectMany(union => union.GetNestedTypes().Where(union.IsAssignableFrom));
        Assert.Empty(events.Except(EventTypes.Known.All.Select(type => type.Record)));
    }

    [Fact]
    public void No_name_is_a_name_of_the_program()
    {
        Assert.All(EventTypes.Known.All, type => Assert.Matches("^[a-z]+\\.[a-z][A-Za-z]+$", type.Name));
        Assert.Equal("lane.promotionDecided",
            EventTypes.Known.New(new LaneEvent.PromotionDecided("r", 1, "w"), "a").Type);
    }

    [Fact]
    public async Task A_type_of_a_newer_version_closes_its_own_stream_only()
    {
        await using var store = new MemoryEventStore(TimeProvider.System);
        await store.AppendAsync("lane/a", 0, "ann", [new LaneEvent.HoldLifted("over")], CancellationToken.None);
        await store.AppendAsync([new("lane/b", 0, [new("lane.teleported", 1, "ann", "{}"u8.ToArray())])],
            CancellationToken.None);
        await store.AppendAsync([new("lane/c", 0, [new("lane.holdLifted", 2, "ann", "{}"u8.ToArray())])],
            CancellationToken.None);

        Assert.Single(await store.LoadAsync<LaneEvent>("lane/a", CancellationToken.None));
        foreach (var stream in new[] { "lane/b", "lane/c" })
        {
            var e = await Assert.ThrowsAsync<UnknownEventTypeException>(
                () => store.LoadAsync<LaneEvent>(stream, CancellationToken.None));
            Assert.Equal(stream, e.Stream);
            Assert.Contains("written by a newer Headway", e.Message);
        }
        Assert.Null((await store.VerifyAsync(CancellationToken.None)).Problem);
    }

    [Fact]
    public void An_older_schema_is_brought_up_step_by_step()
    {
        var types = new EventTypes(
        [
            new("lane.holdLifted", 3, typeof(LaneEvent.HoldLifted),
            [
                old => new JsonObject { ["because"] = old["reason"]!.DeepClone() },
                old => new JsonObject { ["why"] = $"{old["because"]}!" },
            ]),
        ]);
        Assert.Equal(new LaneEvent.HoldLifted("a!"), types.Read(Stored("lane.holdLifted", 1, """{"reason":"a"}"""u8)));
        Assert.Equal(new LaneEvent.HoldLifted("b!"), types.Read(Stored("lane.holdLifted", 2, """{"because":"b"}"""u8)));
        Assert.Equal(new LaneEvent.HoldLifted("c"), types.Read(Stored("lane.holdLifted", 3, """{"why":"c"}"""u8)));
        Assert.Equal(3, types.New(new LaneEvent.HoldLifted("d"), "ann").Schema);
        Assert.Throws<ArgumentException>(() => new EventTypes([new("x.y", 2, typeof(LaneEvent.HoldLifted), [])]));
    }

    [Fact]
    public void A_payload_that_cannot_be_read_says_which_event_it_is()
    {
        var broken = Assert.Throws<EventUnreadableException>(
            () => EventTypes.Known.Read(Stored("lane.holdLifted", 1, "{\"why\":"u8)));
        Assert.Contains("s@4", broken.Message);
        Assert.Throws<EventUnreadableException>(
            () => EventTypes.Known.Read(Stored("lane.holdLifted", 1, []) with { Payload = null }));
        Assert.Throws<EventUnreadableException>(
            () => EventTypes.Known.Recorded<RolloutEvent>(Stored("lane.holdLifted", 1, """{"why":"c"}"""u8)));
    }

    /// <summary>Fields that came later may be there, and nothing may have gone.</summary>
    private static bool Holds(JsonNode? now, JsonNode? then) => (now, then) switch
    {
        (JsonObject all, JsonObject old) =>
            old.All(field => all.TryGetPropertyValue(field.Key, out var kept) && Holds(kept, field.Value)),
        (JsonArray all, JsonArray old) => all.Count == old.Count
            && all.Zip(old).All(pair => Holds(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(now, then),
    };

    private static StoredEvent Stored(string type, int schema, ReadOnlySpan<byte> payload) =>
        new(9, 1, "s", 4, type, schema, Stores.Start, "ann", payload.ToArray(), [], []);

    private static void CompareOrWrite(string file, string today, string rule)
    {
        if (Environment.GetEnvironmentVariable(WriteTo) is { Length: > 0 } folder)
            File.WriteAllText(Path.Combine(folder, file), today);
        else
            Assert.True(today == Golden(file), $"""
                What is stored stays readable for ever, and it is not as in Storage/golden/{file} any more. {rule}
                To write it anew run this test with {WriteTo}=(the golden folder). Now it is:
                {today}
                """);
    }

    private static string? Golden(string file)
    {
        using var stream = typeof(EventTypesTests).Assembly.GetManifestResourceStream(
            $"{typeof(EventTypesTests).Namespace}.golden.{file}");
        return stream is null ? null : new StreamReader(stream).ReadToEnd();
    }
}
