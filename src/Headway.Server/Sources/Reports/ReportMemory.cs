using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Sources.Hosts;
using Headway.Server.Storage;

namespace Headway.Server.Sources.Reports;

/// <summary>What the host of a repository was told; a row of the store for each service.</summary>
/// <param name="Sent">By commit and context, what was said last.</param>
/// <param name="Comments">By number of the merge request.</param>
public sealed record ReportMemory(
    ImmutableSortedDictionary<string, string> Sent, ImmutableSortedDictionary<int, CommentMemory> Comments)
{
    private const string Rows = "report";

    public static readonly ReportMemory Nothing = new(
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
        ImmutableSortedDictionary<int, CommentMemory>.Empty);

    public static async Task<(ReportMemory Memory, long Version)> LoadAsync(
        IEventStore store, string service, CancellationToken stop)
    {
        var row = await store.ReadRowAsync(Rows, service, stop);
        return row is null ? (Nothing, 0)
            : (JsonSerializer.Deserialize<ReportMemory>(row.Value, Wire.Json) ?? Nothing, row.Version);
    }

    public Task KeepAsync(IEventStore store, string service, long version, CancellationToken stop) =>
        store.WriteRowAsync(Rows, service, version, JsonSerializer.SerializeToUtf8Bytes(this, Wire.Json), stop);

    public static string KeyOf(CommitReport report) => $"{report.Commit} {report.Context}";

    public static string Said(CommitReport report) => $"{report.State} {report.Link} {report.Says}";
}

/// <param name="Said">What the comment was written for.</param>
public sealed record CommentMemory(string Id, string Said);
