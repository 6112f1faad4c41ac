namespace Headway.Targets;

/// <summary>All drivers, one line each, no scanning: what is not listed here does not exist.</summary>
public sealed class TargetDrivers(Processes.ProcessesDriver processes, Gateway.GatewayDriver gateway)
{
    public IReadOnlyList<ITargetDriver> All { get; } = [processes, gateway];

    public ITargetDriver Of(string kind) =>
        All.FirstOrDefault(d => d.Kind == kind)
        ?? throw new ArgumentException(
            $"There is no driver `{kind}`. There are: {string.Join(", ", All.Select(d => d.Kind))}.", nameof(kind));
}
