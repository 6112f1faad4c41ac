using Headway.Core.Nodes;
using Headway.Core.Targets;

namespace Headway.Node.Jobs;

/// <summary>What is said of a job that has ended.</summary>
internal static class JobEnds
{
    public static JobEnd Failed(JobOrder order, string says) => new(order.Job, Outcome.Failed, null, says);

    public static JobEnd Of(JobOrder order, int code, TimeSpan took, bool ranOutOfMemory, JobLog log)
    {
        var says = code == 0 ? $"Done in {took.TotalSeconds:0.0} s."
            : ranOutOfMemory ? $"Exit code {code}: something was ended because the job used all its memory."
            : $"Exit code {code} after {took.TotalSeconds:0.0} s"
                + (log.LastLine() is { } line ? $"; its last line: {line}" : ", and it printed nothing.");
        return new(order.Job, code == 0 ? Outcome.Succeeded : Outcome.Failed, code, says);
    }
}
