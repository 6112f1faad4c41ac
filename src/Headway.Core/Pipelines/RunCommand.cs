namespace Headway.Core.Pipelines;

/// <summary>What a person, or a newer commit, asks of a run.</summary>
public abstract record RunCommand
{
    private RunCommand() { }

    public sealed record Cancel(string Why) : RunCommand;

    public sealed record RestartJob(string Job, string Why) : RunCommand;

    /// <summary>A newer commit of the same branch has come. Not for a run that is about to make its release.</summary>
    public sealed record Supersede(string Newer) : RunCommand;
}
