using System.Collections.Immutable;

namespace Headway.Server.Pipelines;

/// <summary>Ids of the runs of one service by number.</summary>
internal sealed class ServiceRuns
{
    private ImmutableSortedDictionary<int, string> _runs =
        ImmutableSortedDictionary.Create<int, string>(Comparer<int>.Create((a, b) => b.CompareTo(a)));

    public int Last => _runs.Select(run => run.Key).FirstOrDefault();

    public IEnumerable<string> NewestFirst => _runs.Select(run => run.Value);

    public void Add(int number, string run) => _runs = _runs.SetItem(number, run);
}
