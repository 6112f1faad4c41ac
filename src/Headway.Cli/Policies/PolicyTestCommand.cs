using System.CommandLine;
using Headway.Cli.Specs;
using Headway.Cli.Terminal;
using Headway.Server.Policies;

namespace Headway.Cli.Policies;

/// <summary>`headway policy test`: runs the cases beside policies, without a server.</summary>
internal static class PolicyTestCommand
{
    private const string Cases = ".test.yaml";

    public static Command Build()
    {
        var folder = new Argument<string>("folder")
        {
            Description = "Where NAME.yaml and NAME.test.yaml stand (default: policies).", DefaultValueFactory = _ => "policies",
        };
        var command = new Command("test", "Run the cases that stand beside policies; exits with 1 when one fails.") { folder };
        command.SetAction(async (result, stop) =>
        {
            var path = result.GetValue(folder)!;
            if (!Directory.Exists(path)) throw new CliException(ExitCode.NotFound, $"There is no folder {path}.");
            var files = Directory.GetFiles(path, $"*{Cases}").Order(StringComparer.Ordinal).ToList();
            if (files.Count == 0) throw new CliException(ExitCode.NotFound, $"{path} has no file of cases.", "NAME.test.yaml beside NAME.yaml holds `cases:`.");
            var ran = new List<PolicyCaseRan>();
            foreach (var cases in files)
            {
                var policy = cases[..^Cases.Length] + ".yaml";
                var (each, problems) = PolicyCases.Run((policy, await SpecFile.ReadAsync(policy, stop)), (cases, await SpecFile.ReadAsync(cases, stop)), DateTimeOffset.UtcNow);
                if (!problems.IsEmpty) throw new CliException(ExitCode.No, string.Join('\n', problems));
                ran.AddRange(each);
            }
            var screen = Screen.Of(result);
            screen.Answer(ran, all =>
            {
                foreach (var each in all)
                    screen.Line(each.Passed ? $"ok    {each.Policy}: {each.Case}"
                        : $"FAIL  {each.Policy}: {each.Case}\n      expected {each.Expected}, got {each.Got}: {each.Says}");
                screen.Line($"{all.Count(each => each.Passed)} passed, {all.Count(each => !each.Passed)} failed");
            });
            return ran.All(each => each.Passed) ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }
}
