using System.Collections.Immutable;

namespace Headway.Core.Nodes;

/// <summary>Lines that an instance wrote, tagged with the release that wrote them.</summary>
public sealed record LogChunk(string Lane, string Release, string Instance, ImmutableArray<LogLine> Lines);

public sealed record LogLine(DateTimeOffset At, string Stream, string Text);
