using System.Collections.Concurrent;

namespace Headway.Server.Sources;

/// <summary>One mirror for each source and branch, however many services live in it.</summary>
public sealed class SourceMirrors(Git git, SourceOptions options)
{
    private readonly ConcurrentDictionary<(string Source, string Branch), GitMirror> _mirrors = new();

    public GitMirror Of(string source, string branch) =>
        _mirrors.GetOrAdd((source, branch), key => new(git, options, key.Source, key.Branch));
}
