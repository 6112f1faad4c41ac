using System.Collections.Immutable;

namespace Headway.Server.Intent;

/// <summary>Somebody has committed to the same file at the same time, and was first. Look at it, and decide again.</summary>
public sealed class StateMovedException(ImmutableArray<string> paths, StateCommit commit)
    : Exception($"{paths[0]} was changed meanwhile by {commit.By} ({commit.Short} \"{commit.Subject}\"). Look at it, and try again.")
{
    /// <summary>All that were changed.</summary>
    public ImmutableArray<string> Paths => paths;
}
