using System.CommandLine;
using Headway.Cli.Terminal;

namespace Headway.Cli.Testing;

/// <summary>`headway test`: builds and runs every test of Headway itself, from a clone of its source.</summary>
internal static class TestCommand
{
    public static Command Build()
    {
        var projects = new Argument<string[]>("projects")
        {
            Description = "Only projects whose name contains one of these words.", Arity = ArgumentArity.ZeroOrMore,
        };
        var soak = new Option<bool>(
            "--soak") { Description = "Also the long ones: kill loops, cut-overs, many seeds." };
        var command = new Command("test", "Build and run every test of Headway itself (from a clone of its source).")
        {
            projects, soak,
        };
        command.SetAction((result, stop) => RunAsync(
            Screen.Of(result), new TestRun(SourceTree.Find(), result.GetValue(soak)), result.GetValue(projects) ?? [],
                stop));
        return command;
    }

    private static async Task<int> RunAsync(Screen screen, TestRun run, string[] words, CancellationToken stop)
    {
        screen.Note("Building ...");
        await run.BuildAsync(words, stop);
        await using var postgres = await TestPostgres.StartAsync(run.Root, screen, stop);
        var outcomes = new List<TestOutcome>();
        foreach (var project in run.Projects(words))
        {
            screen.Note($"{project} ...");
            var outcome = await run.RunAsync(project, postgres.ConnectionString, screen, stop);
            screen.Note($"{project}: {outcome}, {outcome.Seconds:0} s");
            outcomes.Add(outcome);
        }
        if (outcomes.Count == 0) throw new CliException(ExitCode.NotFound, "No test project has such a name.");

        var sum = outcomes.Aggregate(TestOutcome.None, (all, one) => all + one);
        screen.Answer(new { sum.Passed, sum.Failed, sum.Skipped, projects = outcomes }, _ => screen.Line($"{sum}"));
        return sum.Failed == 0 && sum.Passed > 0 ? ExitCode.Ok : ExitCode.No;
    }
}
