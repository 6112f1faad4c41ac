using Headway.Core.Pipelines;
using Headway.Core.Releases;

namespace Headway.Server.Pipelines;

/// <summary>Why policy lets nobody have what a run has made, or null.</summary>
public delegate Task<string?> ReleasePolicy(Release release, RunState run, CancellationToken stop);
