using System.Collections.Immutable;
using System.Net;
using Headway.Node.Gateway;
using Headway.Node.Instances;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Control;

/// <summary>How a node is run. Everything that can grow has a limit here.</summary>
public sealed record ControlOptions
{
    /// <summary>Base address of the server, with a slash at the end.</summary>
    public required Uri Server { get; init; }

    public required string Token { get; init; }

    /// <summary>Name of the node, unique at the server.</summary>
    public required string Node { get; init; }

    /// <summary>Folder for everything that the node keeps. Two nodes on one folder are refused.</summary>
    public required string Data { get; init; }

    /// <summary>
    /// User that instances and tasks run as when control is root: a name or a number. Null means number 59180, which
    /// needs no entry in /etc/passwd. Without root everything runs as the user of control.
    /// </summary>
    public string? InstanceUser { get; init; }

    /// <summary>Address on which users arrive.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>How to start this program again, for the gateway; null means as this process was started.</summary>
    public ImmutableArray<string>? Program { get; init; }

    /// <summary>Changes what gateways are started with; null leaves their defaults.</summary>
    public Func<GatewayOptions, GatewayOptions>? GatewayOptions { get; init; }

    /// <summary>
    /// Whether instances and gateway run on when control is asked to stop, as they do when it is killed: users notice
    /// nothing of an upgrade. Off for demonstrations, which leave nothing behind.
    /// </summary>
    public bool LeaveRunning { get; init; } = true;

    public TimeSpan PollWait { get; init; } = TimeSpan.FromSeconds(25);
    public TimeSpan ReportEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Evidence not yet taken by the server; the oldest is dropped beyond this, which the server sees as a gap.
    /// </summary>
    public long EvidenceLimitBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Output of an instance that waits to be sent; beyond this it is dropped and counted.</summary>
    public long OutputLimitBytes { get; init; } = 4 * 1024 * 1024;

    public long ArtifactLimitBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Where logs go; null means the console.</summary>
    public ILoggerFactory? Logs { get; init; }

    public InstanceOptions Instances { get; init; } = new();
}
