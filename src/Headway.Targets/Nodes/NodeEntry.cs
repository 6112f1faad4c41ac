using Headway.Core.Nodes;

namespace Headway.Targets.Nodes;

/// <summary>One node on the board.</summary>
internal sealed class NodeEntry(string node)
{
    private readonly Lock _lock = new();
    private DesiredState _desired = DesiredState.Empty(node);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ReceivedReport? _report;

    public SemaphoreSlim Turn { get; } = new(1, 1);

    public ReceivedReport? Report { get => _report; set => _report = value; }

    public DesiredState Desired
    {
        get { lock (_lock) return _desired; }
        set
        {
            TaskCompletionSource changed;
            lock (_lock)
            {
                _desired = value;
                changed = _changed;
                _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            changed.TrySetResult();
        }
    }

    /// <summary>The document, and a task that ends when it is replaced.</summary>
    public (DesiredState Desired, Task Changed) Look()
    {
        lock (_lock) return (_desired, _changed.Task);
    }
}

internal sealed record ReceivedReport(NodeReport Report, long Ticks, DateTimeOffset ReceivedAt);
