namespace Headway.Core.Services;

/// <summary>What happened to a template of jobs. The stream is `template/NAME`.</summary>
public abstract record TemplateEvent
{
    private TemplateEvent() { }

    /// <param name="Version">Three numbers; what is under it never changes.</param>
    /// <param name="Text">The file as it was given.</param>
    /// <param name="Digest">`sha256:` of the text.</param>
    public sealed record Added(string Name, string Version, string Says, string Text, string Digest) : TemplateEvent;

    public sealed record Removed(string Name, string Version, string Why) : TemplateEvent;
}
