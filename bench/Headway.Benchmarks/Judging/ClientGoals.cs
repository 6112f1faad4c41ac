using Headway.Simulation.Replay;

namespace Headway.Benchmarks.Judging;

/// <summary>J7 and the situations: good releases that wrong counting would blame.</summary>
internal static class ClientGoals
{
    public static IEnumerable<Goal> Measure(TestBed bed)
    {
        var (ours, naive) = (new List<(string, double)>(), new List<double>());
        foreach (var (broken, share) in new[] { (1, 0.05), (5, 0.05), (20, 0.05), (1, 0.25), (2, 0.25), (5, 0.25) })
            Add($"{broken} broken of 200 at {100 * share} %", (r, by) => ClientSituations.Broken(r, by, broken, share));
        foreach (var share in new[] { 0.05, 0.5 })
            Add($"retry storms at {100 * share} %", (r, by) => ClientSituations.Storms(r, by, share));
        yield return bed.FalseAlarms("J7 broken clients, retry storms: false rollbacks", 1, ours);
        yield return Goal.Note(
            "- the same if requests were counted", $"{100 * naive.Min():0.#}..{100 * naive.Max():0.#} %");
        foreach (var situation in Situation.All)
        {
            var with = 100 * situation.BlamedShare(bed.Runs, remedied: true);
            var without = 100 * situation.BlamedShare(Math.Min(bed.Runs, 200), remedied: false);
            yield return Goal.AtMost($"3b {situation.Name}: blamed", 1, with, " %", $"{without:0.#} % without the remedy");
        }

        void Add(string cell, Func<long, bool, bool> blames)
        {
            ours.Add((cell, Share(bed.Runs, r => blames(r, true))));
            naive.Add(Share(Math.Min(bed.Runs, 200), r => blames(r, false)));
        }
    }

    private static double Share(int runs, Func<long, bool> blames) =>
        Enumerable.Range(0, runs).Count(r => blames(r)) / (double)runs;
}
