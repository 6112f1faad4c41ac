using Headway.Core.Targets;

namespace Headway.Targets;

/// <summary>
/// The whole interface of a kind of target. `ApplyAsync` is idempotent, may be abandoned half way, never retries by
/// itself, and refuses a fence lower than one it has obeyed by throwing <see cref="FenceRefusedException"/>.
/// </summary>
public interface ITargetDriver
{
    /// <summary>The word in the specification: `processes`, `gateway`.</summary>
    string Kind { get; }

    Capabilities CapabilitiesOf(Part part);
    Task<Change> PlanAsync(Part part, Effect effect, CancellationToken stop);
    Task<Observation> ObserveAsync(Part part, CancellationToken stop);
    Task ApplyAsync(Part part, Effect effect, Fence fence, CancellationToken stop);
}
