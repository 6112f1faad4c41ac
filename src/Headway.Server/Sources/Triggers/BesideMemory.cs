using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Storage;

namespace Headway.Server.Sources.Triggers;

/// <summary>What was dealt with besides the branch; a row of the store for each service.</summary>
/// <param name="Kinds">Kinds of refs that were looked at before: what was there at the first look starts nothing.</param>
/// <param name="Refs">Commit by ref, as it was last seen.</param>
/// <param name="Schedules">By what is written.</param>
public sealed record BesideMemory(
    ImmutableSortedSet<string> Kinds, ImmutableSortedDictionary<string, string> Refs,
    ImmutableSortedDictionary<string, ScheduleMemory> Schedules)
{
    private const string Rows = "beside";

    private static readonly BesideMemory Nothing = new(
        ImmutableSortedSet.Create<string>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, ScheduleMemory>(StringComparer.Ordinal));

    /// <summary>With the version that <see cref="KeepAsync"/> expects. The watch of a service alone reads and writes.</summary>
    public static async Task<(BesideMemory Memory, long Version)> LoadAsync(
        IEventStore store, string service, CancellationToken stop)
    {
        var row = await store.ReadRowAsync(Rows, service, stop);
        return row is null ? (Nothing, 0)
            : (JsonSerializer.Deserialize<BesideMemory>(row.Value, Wire.Json) ?? Nothing, row.Version);
    }

    public Task KeepAsync(IEventStore store, string service, long version, CancellationToken stop) =>
        store.WriteRowAsync(Rows, service, version, JsonSerializer.SerializeToUtf8Bytes(this, Wire.Json), stop);
}

public sealed record ScheduleMemory(DateTimeOffset Known, DateTimeOffset? Last);
