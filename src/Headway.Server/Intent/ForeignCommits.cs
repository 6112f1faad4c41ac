using System.Collections.Immutable;

namespace Headway.Server.Intent;

/// <summary>Commits that somebody else has put into the state repo.</summary>
/// <param name="Files">By path, those that somebody else has touched last.</param>
public sealed record ForeignCommits(StateTree After, ImmutableDictionary<string, ForeignFile> Files)
{
    /// <summary>Both, when nobody has looked at the first yet.</summary>
    public static ForeignCommits Join(ForeignCommits? first, ForeignCommits then) => first is null ? then
        : new(then.After, then.Files.Aggregate(first.Files, (files, file) => files.SetItem(file.Key,
            files.TryGetValue(file.Key, out var known) ? file.Value with { Before = known.Before } : file.Value)));
}

/// <param name="Before">What it said before they touched it; null where there was none.</param>
/// <param name="Newest">The last of the commits that touched it.</param>
public sealed record ForeignFile(string? Before, StateCommit Newest);
