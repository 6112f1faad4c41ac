namespace Headway.Node.Instances;

/// <summary>An instance whose output is to be read and sent.</summary>
/// <param name="IsGone">Nothing more will be written; when all is read its folder can go.</param>
internal sealed record OutputSource(InstanceRecord Record, RunFiles Files, bool IsGone);
