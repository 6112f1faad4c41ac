using System.Collections.Immutable;
using Headway.Core.Pipelines;

namespace Headway.Core.Nodes;

/// <summary>A runner that asks for work, and what it is willing and able to carry.</summary>
/// <param name="Name">Unique among the runners of a server; it carries one job at a time.</param>
/// <param name="Trust">
/// A runner takes jobs of branches or jobs of forks, never both: what a stranger's job left behind must not meet secrets.
/// </param>
public sealed record RunnerOffer(string Name, ImmutableArray<string> Labels, JobTrust Trust)
{
    public const int MostLabels = 50;

    public static RunnerOffer Plain(string name) => new(name, [], JobTrust.Branch);

    public bool Takes(JobSpec job, JobTrust trust) => trust == Trust && Missing(job).IsEmpty;

    /// <summary>Labels that the job asks for and the runner has not.</summary>
    public ImmutableArray<string> Missing(JobSpec job) =>
        [.. (job.Room ?? JobRoom.Plain).Labels.Where(label => !Labels.Contains(label))];
}
