using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Pipelines;
using Headway.Core.TestResults;
using Headway.Server.TestResults;
using Headway.Server.TestResults.Keeping;

namespace Headway.Cli.TestResults;

/// <summary>`headway tests [RUN]`, `tests flaky`, `tests show`, `tests quarantine`, `tests lift`, `tests quarantines`.</summary>
internal static class TestsCommand
{
    private const int LinesShown = 12, SlowShown = 5;

    private static readonly Argument<string> Service = new("service") { Description = "Name of the service." };

    public static Command Build()
    {
        var run = new Argument<string?>("run")
        {
            Description = "Id of a run, or name of a service for its newest (default: the newest of all).",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("tests", "Tests of a run, those that failed first; their history and quarantines.")
        {
            run, Flaky(), Show(), Place(), Lift(), List(),
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var id = await RunAsync(api, result.GetValue(run), stop);
            var tests = await api.GetAsync<RunTests>($"api/v1/runs/{Uri.EscapeDataString(id)}/tests", stop);
            screen.Answer(tests, found => Print(screen, found));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Flaky() => Asking("flaky", "Tests that are flaky, suspected of it, or worse than they were.",
        [Service], "", (TestHabitView[] found, Screen screen) =>
        {
            if (found.Length == 0) screen.Line("No test is known to be flaky.");
            foreach (var test in found) Print(screen, test);
        });

    private static Command Show()
    {
        var name = new Argument<string>("test") { Description = "Name of the test, or how it ends." };
        var command = new Command("show", "What a test did in the last attempts of its job.") { Service, name };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var found = await api.GetAsync<TestHistoryView>(
                $"{Of(result)}/history?test={Uri.EscapeDataString(result.GetValue(name)!)}", stop);
            screen.Answer(found, view =>
            {
                Print(screen, view.Test);
                foreach (var seen in view.Seen.Take(30))
                    screen.Line($"  {seen.At:yyyy-MM-dd HH:mm}  {Short(seen.Code)}  {seen.Run}.{seen.Attempt}  "
                        + $"{Word(seen)}  {Took(seen.Milliseconds)}");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Place()
    {
        var name = new Argument<string>("test") { Description = "Name of the test, as `headway tests` shows it." };
        var owner = new Option<string>("--owner") { Description = "Who repairs it.", HelpName = "team", Required = true };
        var until = new Option<DateOnly>("--until")
        {
            Description = $"The last day, at most {Quarantine.LongestDays} days ahead.", HelpName = "date", Required = true,
        };
        var why = new Option<string>("--why") { Description = "Why; goes into the record.", HelpName = "text", Required = true };
        var command = new Command("quarantine", "Let a test run without failing its job, with an owner and until a day.")
        {
            Service, name, owner, until, why,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var placed = await api.PostAsync<Quarantine>($"{Of(result)}/quarantines", new QuarantineAsked(
                result.GetValue(name)!, result.GetValue(owner)!, result.GetValue(until), result.GetValue(why)!), stop);
            screen.Answer(placed, each => screen.Line(
                $"{each.Test} does not fail its job until {each.UntilText}; then it does again. {each.Owner} repairs it."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Lift()
    {
        var name = new Argument<string>("test") { Description = "Name of the test." };
        var why = new Option<string?>("--why") { Description = "Why; goes into the record.", HelpName = "text" };
        var command = new Command("lift", "End a quarantine: the test fails its job again.") { Service, name, why };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var lifted = new QuarantineLiftAsked(result.GetValue(name)!, result.GetValue(why));
            await api.PostAsync($"{Of(result)}/quarantines/lift", lifted, stop);
            screen.Answer(lifted, each => screen.Line($"{each.Test} fails its job again."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command List() => Asking("quarantines", "Tests in quarantine: whose, until when and why.",
        [Service], "/quarantines", (QuarantineView[] found, Screen screen) =>
        {
            if (found.Length == 0) screen.Line("No test is in quarantine.");
            foreach (var each in found)
                screen.Line($"{(each.Holds ? "until" : "ENDED")} {each.Quarantine.UntilText}  {each.Quarantine.Test}  "
                    + $"{each.Quarantine.Owner}: {each.Quarantine.Why} ({each.From})");
        });

    private static Command Asking<T>(string name, string says, Argument[] arguments, string path, Action<T, Screen> print)
    {
        var command = new Command(name, says);
        foreach (var argument in arguments) command.Arguments.Add(argument);
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var found = await api.GetAsync<T>(Of(result) + path, stop);
            screen.Answer(found, each => print(each, screen));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Of(ParseResult result) => $"api/v1/tests/{Uri.EscapeDataString(result.GetValue(Service)!)}";

    /// <summary>The run of that id; else the newest run of the service of that name; else the newest of all.</summary>
    private static async Task<string> RunAsync(ApiClient api, string? named, CancellationToken stop)
    {
        var query = named is null ? "limit=1" : $"limit=1&service={Uri.EscapeDataString(named)}";
        var runs = await api.GetAsync<RunState[]>($"api/v1/runs?{query}", stop);
        return runs is [var newest, ..] ? newest.Id
            : named ?? throw new CliException(ExitCode.NotFound, "There is no run yet.");
    }

    private static void Print(Screen screen, RunTests tests)
    {
        screen.Line($"{tests.Run}: {tests.Says}");
        foreach (var attempt in tests.Attempts)
        {
            screen.Line();
            screen.Line($"{attempt.Job}, attempt {attempt.Attempt}: {attempt.Says}");
            foreach (var test in attempt.FailedTests)
            {
                screen.Line($"  FAILED {test.Name}  {Took(test.Milliseconds)}");
                foreach (var line in FirstLines(test)) screen.Line($"    {line}");
            }
            foreach (var test in attempt.PassedOnlyWhenRepeated) screen.Line($"  passed only when repeated: {test.Name}");
            foreach (var problem in attempt.Problems) screen.Line($"  incomplete: {problem}");
            if (attempt.Slowest.Any())
                screen.Line("  slowest: " + string.Join(", ", attempt.Slowest.Take(SlowShown)
                    .Select(test => $"{test.Name} {Took(test.Milliseconds)}")));
        }
    }

    private static void Print(Screen screen, TestHabitView test)
    {
        screen.Line($"{test.Habit.Kind.ToString().ToLowerInvariant()}  {test.Test} ({test.Job}): it {test.Habit.Says}.");
        if (test.Quarantine is { } held)
            screen.Line($"  in quarantine until {held.UntilText}, {held.Owner}: {held.Why}");
        if (test.Suggestion is { } suggestion) screen.Line($"  {suggestion}");
    }

    private static IEnumerable<string> FirstLines(TestCase test) =>
        $"{test.Message}\n{test.Output}".Split('\n').Select(line => line.TrimEnd())
            .Where(line => line.Length > 0).Distinct().Take(LinesShown);

    private static string Word(TestSeen seen) => seen.PassedOnlyWhenRepeated ? "passed when repeated"
        : seen.Outcome.ToString().ToLowerInvariant();

    private static string Took(double? milliseconds) => milliseconds is not { } ms ? ""
        : ms >= 1000 ? $"{ms / 1000:0.0} s" : $"{ms:0} ms";

    private static string Short(string code) => code.Length > 7 ? code[..7] : code;
}
