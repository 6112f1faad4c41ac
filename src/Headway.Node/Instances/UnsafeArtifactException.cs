namespace Headway.Node.Instances;

/// <summary>The artifact is not what it should be; trying again would not help.</summary>
public sealed class UnsafeArtifactException(string says) : Exception(says);
