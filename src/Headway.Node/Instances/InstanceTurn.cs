namespace Headway.Node.Instances;

/// <summary>What an instance is told on every turn.</summary>
/// <param name="Now">Monotonic: clocks that jump must not end a limit.</param>
/// <param name="Folder">The unpacked artifact, or null as long as it is not there.</param>
/// <param name="OpenConnections">
/// By the gateway, once it gives the instance nothing new; null when that is not known.
/// </param>
/// <param name="Table">The processes of the host, read at most once a turn.</param>
internal readonly record struct InstanceTurn(
    TimeSpan Now, string? Folder, Func<string, int?> OpenConnections, Func<ProcessTable> Table);
