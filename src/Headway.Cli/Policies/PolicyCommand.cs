using System.CommandLine;
using System.Text.Json;
using Headway.Cli.Api;
using Headway.Cli.Lanes;
using Headway.Cli.Specs;
using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Core;
using Headway.Core.Policies;
using Headway.Server.Policies;

namespace Headway.Cli.Policies;

/// <summary>`headway policy`: rules about releases, as files in git.</summary>
internal static class PolicyCommand
{
    public static Command Build() => new("policy", "Rules about releases: which are in force, what they say, what they would have said.")
    {
        List(), Explain(), PolicyTestCommand.Build(), Replay(),
    };

    private static Command List()
    {
        var command = new Command("list", "Policies in force, and files that cannot be read.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var all = await api.GetAsync<PoliciesView>("api/v1/policies", stop);
            screen.Answer(all, view =>
            {
                foreach (var each in view.Policies)
                    screen.Line($"{each.Name,-20} {(each.Off is { } off ? $"off: {off}" : Kind(each)),-28} {each.From,-24} {each.Says}");
                foreach (var problem in view.Problems) screen.Line($"  {problem}");
            });
            return all.Problems.IsEmpty ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private static Command Explain()
    {
        var service = new Argument<string>("service") { Description = "Name of the service." };
        var environment = new Option<string?>("--environment") { Description = "Which (default: the last one).", HelpName = "name" };
        var release = new Option<string?>("--release") { Description = "Which (default: the one that waits, else the one that is out).", HelpName = "id" };
        var command = new Command("explain", "What each policy says of a release now, and what they looked at.") { service, environment, release };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var name = result.GetValue(service)!;
            var where = result.GetValue(environment) ?? await LaneCommands.LastAsync(api, name, stop);
            var which = result.GetValue(release) is { } id ? $"?release={Uri.EscapeDataString(id)}" : "";
            var all = await api.GetAsync<PolicyExplanation>(
                $"api/v1/policies/explain/{Uri.EscapeDataString(name)}/{Uri.EscapeDataString(where)}{which}", stop);
            screen.Answer(all, view =>
            {
                screen.Line($"{view.Release} in {view.Environment}");
                foreach (var answer in view.Answers) screen.Line($"  {answer.Outcome.ToString().ToLowerInvariant(),-8} {answer.Policy,-20} {answer.Says}");
                screen.Line("They looked at");
                screen.Line(JsonSerializer.Serialize(view.Input, Wire.Indented));
            });
            return all.Answers.Any(answer => answer.Blocks) ? ExitCode.No : ExitCode.Ok;
        });
        return command;
    }

    private static Command Replay()
    {
        var policy = new Argument<string>("policy") { Description = "Name of a policy in force, or a file with one." };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Only decisions from then on.", HelpName = "time" };
        var command = new Command("replay", "Which deployments of the past would this policy have stopped?") { policy, since };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var name = result.GetValue(policy)!;
            var isFile = File.Exists(name);
            var ask = new PolicyReplayAsk(isFile ? Path.GetFileNameWithoutExtension(name) : name,
                isFile ? await SpecFile.ReadAsync(name, stop) : null, result.GetValue(since));
            screen.Answer(await api.PostAsync<PolicyReplay>("api/v1/policies/replay", ask, stop), replay =>
            {
                foreach (var each in replay.Stopped)
                    screen.Line($"{Words.Ago(each.At),-14} {each.Service}/{each.Environment} {each.Release}: {each.Outcome.ToString().ToLowerInvariant()}, {each.Says}");
                screen.Line($"{replay.Stopped.Length} of {replay.Asked} decisions would have been otherwise.");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Kind(PolicyView policy) => policy.Approval switch
    {
        ApprovalPart.Waived => "waives approval",
        ApprovalPart.Required => "asks approval",
        _ => Severity(policy) + (policy.At is [PolicyPoint.Promotion] ? "" : $" at {string.Join(", ", policy.At.Select(point => point.ToString().ToLowerInvariant()))}"),
    };

    private static string Severity(PolicyView policy) => policy.Severity switch
    {
        PolicySeverity.Warn => "warns",
        PolicySeverity.BlockCritical => "blocks critical",
        _ => "blocks",
    };
}
