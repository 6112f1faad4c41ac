using Headway.Core.Targets;

namespace Headway.Targets;

/// <summary>The target has obeyed a newer decision; the effect was not applied.</summary>
public sealed class FenceRefusedException(string part, Fence offered, Fence obeyed)
    : Exception($"{part} has obeyed fence {obeyed} and refuses {offered}.")
{
    public Fence Offered { get; } = offered;
    public Fence Obeyed { get; } = obeyed;
}
