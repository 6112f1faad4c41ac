using System.Collections.Immutable;
using Headway.Core.Pipelines;

namespace Headway.Server.Specs.Jobs;

/// <summary>What a job does and in which order.</summary>
internal static class CommandKeys
{
    private const int NeedLimit = 200;

    public static readonly Field<string> Run = new(
        "run", "Shell command, run at the root of the source.",
        Shapes.Text("a shell command such as `dotnet test`"), "");

    private static readonly Field<ImmutableArray<string>> Needs = new(
        "needs", "Jobs that must succeed before this one begins.",
        Shapes.Either(
            node => node is SpecNode.List,
            Shapes.List("needs", NeedLimit, Shapes.Text("the name of a job")),
            Shapes.Text("the name of a job, or a list of them").Select(job => ImmutableArray.Create(job))), []);

    private static readonly Field<TimeSpan> Timeout = new(
        "timeout", "The job is stopped after this time (10m when not written).",
        Quantity.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), TimeSpan.FromMinutes(10));

    public static readonly ImmutableArray<JobKey> Keys =
    [
        JobKey.Of(Run, (job, run) => job with { Run = run }),
        JobKey.Of(Needs, (job, needs) => job with { Needs = needs }),
        JobKey.Of(Timeout, (job, timeout) => job with { Timeout = timeout }),
    ];
}
