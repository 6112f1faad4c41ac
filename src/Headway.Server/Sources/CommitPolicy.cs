using System.Collections.Immutable;
using Headway.Core.Releases;
using Headway.Core.Services;

namespace Headway.Server.Sources;

/// <summary>Why policy keeps a commit from being built, or null.</summary>
/// <param name="changed">Paths that differ from the commit that was built before; null where that is not known.</param>
public delegate Task<string?> CommitPolicy(ServiceSpec spec, Commit commit, ImmutableArray<string>? changed, CancellationToken stop);
