namespace Headway.Core.Services;

/// <summary>A template as it was found when a commit was read; it never changes under this digest.</summary>
public sealed record TemplateUsed(string Name, string Version, string Digest);
