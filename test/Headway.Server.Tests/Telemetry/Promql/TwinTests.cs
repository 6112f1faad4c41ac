using Xunit;

namespace Headway.Server.Tests.Telemetry.Promql;

/// <summary>The same samples and the same queries, here and in a real Prometheus 2.42.</summary>
public sealed class TwinTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_query_is_answered_as_Prometheus_answers_it()
    {
        await using var real = await RealPrometheus.StartAsync();
        await real.WriteAsync(SampleSeries.All);
        await using var ours = await QueryServer.StartAsync(SampleSeries.Select(SampleSeries.All));
        var differences = new List<string>();
        var compared = 0;
        foreach (var (query, exactText, ranged) in Queries())
        {
            foreach (var asked in Asked(query, ranged))
            {
                var wanted = await real.Client.AnswerAsync($"api/v1/{asked}");
                var got = await ours.Client.AnswerAsync($"api/v1/{asked}");
                compared++;
                // What is asked for in an order comes in it.
                var inOrder = asked.StartsWith("query_range", StringComparison.Ordinal) || query.StartsWith("sort", StringComparison.Ordinal)
                    || query.StartsWith("topk", StringComparison.Ordinal) || query.StartsWith("bottomk", StringComparison.Ordinal);
                if (Difference(wanted, got, inOrder, exactText) is { } difference)
                    differences.Add($"{query}\n   {asked[..asked.IndexOf('?')]}: {difference}");
            }
        }
        output.WriteLine($"{compared} answers compared");
        Assert.True(compared > 900, $"Only {compared} answers were compared.");
        Assert.True(differences.Count == 0, $"{differences.Count} of {compared} differ:\n{string.Join('\n', differences)}");
    }

    private static string? Difference((int Status, string Body) wanted, (int Status, string Body) got, bool inOrder, bool exactText) =>
        wanted.Status != got.Status ? $"status {wanted.Status} {Short(wanted.Body)}\n     {got.Status} {Short(got.Body)}"
            : Answers.Difference(wanted.Body, got.Body, inOrder, exactText);

    private static string Short(string text) => text.Length > 300 ? text[..300] : text;

    /// <summary>At two times, and over 100 minutes.</summary>
    private static IEnumerable<string> Asked(string query, bool ranged)
    {
        var escaped = Uri.EscapeDataString(query);
        static string Seconds(double offset) => $"{SampleSeries.At(offset) / 1000m}";
        yield return $"query?query={escaped}&time={Seconds(3607)}";
        yield return $"query?query={escaped}&time={Seconds(5701.5)}";
        if (ranged) yield return $"query_range?query={escaped}&start={Seconds(1500)}&end={Seconds(7500)}&step=60";
    }

    /// <summary>One a line. In front: `~` where the words of an error may differ, `i ` for single times only.</summary>
    private static IEnumerable<(string Query, bool ExactText, bool Ranged)> Queries() =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Telemetry", "Promql", "queries.txt"))
        where line.Length > 0 && line[0] != '#'
        let single = line.StartsWith("i ", StringComparison.Ordinal)
        select (single ? line[2..] : line.TrimStart('~'), line[0] != '~', !single);
}

internal static class WhateverStatus
{
    public static async Task<(int Status, string Body)> AnswerAsync(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
