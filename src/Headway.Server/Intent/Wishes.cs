using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Intent;
using Headway.Server.Storage;

namespace Headway.Server.Intent;

/// <summary>A release that somebody's commit wants in a lane, as long as the gates have not let it in.</summary>
public sealed record Wish(string Release, string By, string Commit, string Subject);

/// <summary>A file of the state repo that cannot be obeyed as it is.</summary>
/// <param name="Before">What was in force when it was committed; for files of lanes.</param>
public sealed record IntentProblem(string Path, string Says, string? By, string? Commit, LaneIntent? Before = null);

/// <summary>
/// What commits of others have asked for and is still open, and up to where they have been looked at. It is one row of the store,
/// so a server that starts again goes on where it was.
/// </summary>
public sealed class Wishes(IEventStore store)
{
    private const string Kind = "intent", Key = "wishes";
    private readonly SemaphoreSlim _alone = new(1);
    private long _version;

    /// <summary>Never null; what is read from it never changes.</summary>
    public WishList All { get; private set; } = WishList.None;

    public async Task LoadAsync(CancellationToken stop)
    {
        if (await store.ReadRowAsync(Kind, Key, stop) is not { } row) return;
        (All, _version) = (JsonSerializer.Deserialize<WishList>(row.Value, Wire.Json)!, row.Version);
    }

    public Wish? Of(string lane) => All.Lanes.GetValueOrDefault(lane);

    public bool HasProblem(string path) => All.Problems.ContainsKey(path);

    public async Task ChangeAsync(Func<WishList, WishList> change, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            var next = change(All);
            if (ReferenceEquals(next, All)) return;
            await store.WriteRowAsync(Kind, Key, _version, JsonSerializer.SerializeToUtf8Bytes(next, Wire.Json), stop);
            (All, _version) = (next, _version + 1);
        }
        finally
        {
            _alone.Release();
        }
    }

    /// <summary>The wish has come true, or is wanted no more.</summary>
    public Task GrantedAsync(string lane, CancellationToken stop) => ChangeAsync(
        all => all.Lanes.ContainsKey(lane) ? all with { Lanes = all.Lanes.Remove(lane) } : all, stop);
}

/// <param name="Seen">Commits up to this one have been looked at.</param>
/// <param name="Problems">By path; at most <see cref="Most"/>.</param>
public sealed record WishList(
    string? Seen, ImmutableDictionary<string, Wish> Lanes, ImmutableDictionary<string, IntentProblem> Problems)
{
    /// <summary>More problems than that are counted and not listed.</summary>
    public const int Most = 500;

    public static readonly WishList None =
        new(null, ImmutableDictionary<string, Wish>.Empty, ImmutableDictionary<string, IntentProblem>.Empty);

    /// <summary>By path: what a rule has decided against, until a commit has said so.</summary>
    public ImmutableDictionary<string, IntentProblem> Against { get; init; } = ImmutableDictionary<string, IntentProblem>.Empty;

    /// <summary>Problems that are not listed.</summary>
    public int More { get; init; }
}
