using Headway.Server.Telemetry.Promql.Evaluation;

namespace Headway.Server.Telemetry.Promql.Aggregations;

/// <summary>
/// `topk` and `bottomk`: the rows that are in front at each time, with all their labels. For a single time they come in
/// order of their values. Among equal values a heap of the kind that Prometheus uses decides, so that both keep the same.
/// </summary>
internal static class Ranking
{
    public static List<Row> Of(List<Row> rows, Groups groups, double[] places, bool top)
    {
        var kept = new double[rows.Count][];
        var order = new List<int>();
        foreach (var members in groups.Members())
        {
            for (var at = 0; at < places.Length; at++)
            {
                if (!(places[at] >= -9.223372036854775807e18 && places[at] < 9.223372036854775807e18))
                    throw QueryFailedException.Execution($"Scalar value {Http.GoFloat.Short(places[at])} overflows int64");
                var most = (int)Math.Min((long)places[at], members.Count);
                if (most < 1) continue;
                foreach (var row in Best(rows, members, at, most, top))
                {
                    if (kept[row] is null)
                    {
                        kept[row] = Row.Nothing(places.Length);
                        order.Add(row);
                    }
                    kept[row][at] = rows[row].Values[at];
                }
            }
        }
        return [.. order.Select(row => rows[row] with { Values = kept[row] })];
    }

    private static int[] Best(List<Row> rows, List<int> members, int at, int most, bool top)
    {
        double Value(int row) => rows[row].Values[at];
        // Whether one stands nearer to being left out; what is no number is left out first.
        bool Worse(int a, int b) =>
            double.IsNaN(Value(a)) || (top ? Value(a) < Value(b) : Value(a) > Value(b));
        var heap = new List<int>(most);
        foreach (var row in members)
        {
            if (Row.IsAbsent(Value(row))) continue;
            if (heap.Count < most)
            {
                heap.Add(row);
                Up(heap, Worse);
            }
            else if ((double.IsNaN(Value(heap[0])) && !double.IsNaN(Value(row)))
                || (top ? Value(heap[0]) < Value(row) : Value(heap[0]) > Value(row)))
            {
                heap[0] = row;
                Down(heap, Worse);
            }
        }
        return [.. heap.OrderBy(row => double.IsNaN(Value(row)) ? 1 : 0)
            .ThenBy(row => top ? -Value(row) : Value(row))];
    }

    private static void Up(List<int> heap, Func<int, int, bool> worse)
    {
        for (var child = heap.Count - 1; child > 0;)
        {
            var parent = (child - 1) / 2;
            if (!worse(heap[child], heap[parent])) return;
            (heap[child], heap[parent]) = (heap[parent], heap[child]);
            child = parent;
        }
    }

    private static void Down(List<int> heap, Func<int, int, bool> worse)
    {
        for (var parent = 0; 2 * parent + 1 < heap.Count;)
        {
            var child = 2 * parent + 1;
            if (child + 1 < heap.Count && worse(heap[child + 1], heap[child])) child++;
            if (!worse(heap[child], heap[parent])) return;
            (heap[child], heap[parent]) = (heap[parent], heap[child]);
            parent = child;
        }
    }
}
