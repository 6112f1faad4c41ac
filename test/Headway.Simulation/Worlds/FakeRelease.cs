namespace Headway.Simulation.Worlds;

/// <summary>One release as the fake workload runs it: the truth, which observations may tell late.</summary>
internal sealed class FakeRelease
{
    public int Wanted { get; set; }
    public int Ready { get; set; }
    public int Starting { get; set; }
    public string? Failure { get; set; }

    /// <summary>It was ready at some time since it was last ordered to run.</summary>
    public bool WasReady { get; set; }
}

/// <summary>A one-shot task as the fake workload runs it.</summary>
internal sealed class FakeTask(string release, Core.Targets.Fence fence, Core.Targets.Outcome end, int ticks)
{
    public string Release { get; } = release;
    public Core.Targets.Fence Fence { get; } = fence;
    public Core.Targets.Outcome Outcome { get; private set; } = Core.Targets.Outcome.Running;

    public void Tick()
    {
        if (ticks-- <= 0) Outcome = end;
    }
}
