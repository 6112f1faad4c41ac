using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Targets;

namespace Headway.Node.Control;

/// <summary>What is kept of desired state. Pure, so that its refusals can be tested without a disk.</summary>
/// <param name="Fences">The highest fence obeyed, by lane and kind (and release, for workloads).</param>
internal sealed record Held(DesiredState Desired, ImmutableSortedDictionary<string, Fence> Fences)
{
    /// <summary>Subjects remembered after they have left the document; the oldest are forgotten beyond it.</summary>
    private const int MostFences = 2000;

    public static Held Nothing(string node) =>
        new(DesiredState.Empty(node), ImmutableSortedDictionary<string, Fence>.Empty);

    /// <summary>
    /// An older document is refused as a whole. In a newer one, an entry whose fence is lower than one obeyed for the
    /// same subject is refused alone: what was in force for the subject stays. An entry that is missing is obeyed.
    /// </summary>
    public (Held Next, ImmutableArray<string> Refusals) With(DesiredState offered)
    {
        if (offered.Node != Desired.Node)
            return (this, [$"The server sent desired state of node `{offered.Node}`; it is not obeyed."]);
        var order = (offered.Epoch, offered.Version).CompareTo((Desired.Epoch, Desired.Version));
        if (order < 0)
            return (this, [$"The server sent desired state {offered.Epoch}.{offered.Version}, which is older than "
                + $"{Desired.Epoch}.{Desired.Version} in force; it is not obeyed. A server restored from a backup has "
                + "to raise its epoch."]);
        if (order == 0) return (this, []);

        var refusals = ImmutableArray.CreateBuilder<string>();
        var fences = Fences.ToBuilder();
        var checkedState = offered with
        {
            Workloads = Choose(offered.Workloads, Desired.Workloads, SubjectOf, entry => entry.Fence, fences, refusals),
            Routes = Choose(offered.Routes, Desired.Routes, SubjectOf, entry => entry.Fence, fences, refusals),
            Tasks = Choose(offered.Tasks, Desired.Tasks, SubjectOf, entry => entry.Fence, fences, refusals),
        };
        foreach (var oldest in fences.OrderBy(pair => pair.Value).Take(fences.Count - MostFences).ToList())
            fences.Remove(oldest.Key);
        return (new(checkedState, fences.ToImmutable()), refusals.ToImmutable());
    }

    // Stable keeps the fence under which it was placed while the candidate beside it gets newer ones, so the mark of a
    // workload is kept by release.
    private static string SubjectOf(WorkloadWanted wanted) => $"workload {wanted.Release} of {wanted.Lane}";
    private static string SubjectOf(RouteWanted wanted) => $"route of {wanted.Lane}";
    private static string SubjectOf(TaskWanted wanted) => $"task {wanted.Key} of {wanted.Lane}";

    private ImmutableArray<T> Choose<T>(ImmutableArray<T> offered, ImmutableArray<T> inForce, Func<T, string> subject,
        Func<T, Fence> fence, ImmutableSortedDictionary<string, Fence>.Builder marks,
        ImmutableArray<string>.Builder refusals) where T : class
    {
        var chosen = ImmutableArray.CreateBuilder<T>();
        foreach (var entry in offered.IsDefault ? [] : offered)
        {
            var name = subject(entry);
            if (fence(entry) >= Fences.GetValueOrDefault(name))
            {
                marks[name] = fence(entry);
                chosen.Add(entry);
                continue;
            }
            refusals.Add(
                $"The {name} came with fence {fence(entry)}, but {Fences[name]} has been obeyed; it is refused.");
            if (inForce.FirstOrDefault(held => subject(held) == name) is { } kept) chosen.Add(kept);
        }
        return chosen.ToImmutable();
    }
}
