namespace Headway.Node.Instances;

/// <summary>Processor time and memory of a run, over everything that it started.</summary>
internal sealed class Usage
{
    private readonly Queue<(TimeSpan At, TimeSpan Cpu)> _samples = new();
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <summary>Average over the last five seconds.</summary>
    public double CpuCores { get; private set; }
    public long MemoryBytes { get; private set; }

    public void Turn(TimeSpan now, ProgramRun run, Func<ProcessTable> table)
    {
        var cpu = run.Group.CpuUsed;
        var memory = run.Group.MemoryUsed;
        if (cpu is null || memory is null)
        {
            var tree = run.Tree(table());
            cpu ??= TimeSpan.FromSeconds((double)tree.Sum(process => process.CpuTicks) / ProcessStat.TicksPerSecond);
            memory ??= tree.Sum(process => process.ResidentPages) * Environment.SystemPageSize;
        }
        MemoryBytes = memory.Value;
        _samples.Enqueue((now, cpu.Value));
        while (_samples.Count > 2 && _samples.Peek().At < now - Window) _samples.Dequeue();
        var (since, before) = _samples.Peek();
        CpuCores = now > since ? Math.Max(0, (cpu.Value - before) / (now - since)) : 0;
    }

    public void Forget()
    {
        _samples.Clear();
        (CpuCores, MemoryBytes) = (0, 0);
    }
}
