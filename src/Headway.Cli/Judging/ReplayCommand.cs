using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Specs;
using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Server.Explanations;
using Headway.Server.Rollouts;

namespace Headway.Cli.Judging;

/// <summary>`headway replay`: what another configuration would have decided of past rollouts.</summary>
internal static class ReplayCommand
{
    private const int Most = 500;

    private static readonly Option<string?> Service = new("--service") { Description = "Only of this service.",
        HelpName = "name" };
    private static readonly Option<string?> InEnvironment = new("--environment") { Description =
        "Only in this environment.", HelpName = "name" };
    private static readonly Option<string> Since = new("--since")
    {
        Description = "How far back: 12h, 14d.", HelpName = "time", DefaultValueFactory = _ => "14d",
    };
    private static readonly Option<string?> Rollout = new("--rollout") { Description = "Only this one.", HelpName =
        "id" };
    private static readonly Option<string?> Spec = new("--spec")
    {
        Description = "A headway.yaml with other objectives, evidence or exposure.", HelpName = "path",
    };
    private static readonly Option<double?> Alpha = new("--alpha")
    {
        Description = "Another bound on blaming a good release (0.03 is what is used).", HelpName = "probability",
    };
    private static readonly Option<int?> Exposure = new("--exposure")
    {
        Description = "Another exposure budget in failed requests.", HelpName = "number",
    };

    public static Command Build()
    {
        var command = new Command("replay", "Judge past rollouts again from their recorded evidence, with another "
            + "configuration.")
        {
            Service, InEnvironment, Since, Rollout, Spec, Alpha, Exposure,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, CancellationToken stop)
    {
        var screen = Screen.Of(result);
        var ask = new ReplayAsk(
            result.GetValue(Spec) is { } path ? await SpecFile.ReadAsync(path, stop) : null,
            result.GetValue(Alpha), result.GetValue(Exposure));
        using var api = ApiClient.For(result);
        var rollouts = await ChooseAsync(api, result, stop);
        var replayed = new List<ReplayedRollout>();
        foreach (var rollout in rollouts)
        {
            if (rollouts.Length > 1) screen.Note($"{replayed.Count + 1} of {rollouts.Length}: {rollout}");
            replayed.Add(await api.PostAsync<ReplayedRollout>(
                $"api/v1/rollouts/{Uri.EscapeDataString(rollout)}/replay", ask, stop));
        }

        var sum = replayed.GroupBy(r => r.Agreement).ToDictionary(g => g.Key.ToString(), g => g.Count());
        screen.Answer(new { rollouts = replayed, sum, limits = Limits }, _ => Print(screen, replayed));
        return ExitCode.Ok;
    }

    private static async Task<string[]> ChooseAsync(ApiClient api, ParseResult result, CancellationToken stop)
    {
        if (result.GetValue(Rollout) is { } one) return [one];
        var since = DateTimeOffset.UtcNow - Parse(result.GetValue(Since)!);
        var query = $"limit={Most}"
            + (result.GetValue(Service) is { } s ? $"&service={Uri.EscapeDataString(s)}" : "")
            + (result.GetValue(InEnvironment) is { } e ? $"&environment={Uri.EscapeDataString(e)}" : "");
        var rollouts = await api.GetAsync<RolloutView[]>($"api/v1/rollouts?{query}", stop);
        var chosen = rollouts.Where(r => r.State.StartedAt >= since && r.State.Stable is not null && !r.State.IsOpen)
            .Select(r => r.State.Id).Reverse().ToArray();
        return chosen.Length > 0 ? chosen
            : throw new CliException(ExitCode.NotFound, "No rollout with something to compare with has ended in "
            + "that time.",
                "`headway rollouts list` shows what there is; look further back with --since.");
    }

    private static TimeSpan Parse(string text) =>
        text.Length > 1 && double.TryParse(text[..^1], System.Globalization.CultureInfo.InvariantCulture,
            out var number)
            && number is > 0 and < 1e5 && text[^1] is 'm' or 'h' or 'd'
            ? text[^1] switch
            {
                'm' => TimeSpan.FromMinutes(double.Parse(text[..^1],
                    System.Globalization.CultureInfo.InvariantCulture)),
                'h' => TimeSpan.FromHours(double.Parse(text[..^1], System.Globalization.CultureInfo.InvariantCulture)),
                _ => TimeSpan.FromDays(double.Parse(text[..^1], System.Globalization.CultureInfo.InvariantCulture)),
            }
            : throw new CliException(ExitCode.Usage, $"`{text}` is no time.", "Write it as `30m`, `12h` or `14d`.");

    private static void Print(Screen screen, List<ReplayedRollout> replayed)
    {
        foreach (var one in replayed)
        {
            screen.Line($"{one.Rollout,-28} {one.Candidate,-24} {Word(one)}");
            if (one.Then is { } then && one.Now is { } now && one.Agreement != ReplayAgreement.EvidenceGone)
            {
                screen.Line($"  then: {Decision(then)}");
                screen.Line($"  now:  {Decision(now)}");
            }

            foreach (var note in one.Notes) screen.Line($"  note: {note}");
        }

        int Count(ReplayAgreement agreement) => replayed.Count(r => r.Agreement == agreement);
        screen.Line();
        screen.Line($"{replayed.Count} rollouts: {Count(ReplayAgreement.Agrees)} agree, "
            + $"{Count(ReplayAgreement.WouldHaveRolledBack)} would have been taken back, "
            + $"{Count(ReplayAgreement.WouldNotHave)} would not have, {Count(ReplayAgreement.WouldHaveAsked)} would "
            + $"have asked a person, "
            + $"{Count(ReplayAgreement.EvidenceGone)} have no evidence any more.");
        screen.Line(Limits);
    }

    private const string Limits =
        "Shares and steps are those of the past, and after a rollback of then there is no evidence: other canary "
            + "steps and times cannot be tried this way (`headway simulate` can).";

    private static string Decision(JudgedAgain judged)
    {
        var at = judged.Seconds is { } seconds ? $"after {Words.Of(TimeSpan.FromSeconds(seconds))}: " : "";
        var steps = judged.UnprovenSteps > 0
            ? $" ({judged.UnprovenSteps} of the steps that had passed would not have passed yet)" : "";
        return $"{judged.Kind}, {at}{judged.Says}{steps}";
    }

    private static string Word(ReplayedRollout one) => one.Agreement switch
    {
        ReplayAgreement.WouldHaveRolledBack => "would have been taken back",
        ReplayAgreement.WouldNotHave => "would not have been taken back by then",
        ReplayAgreement.WouldHaveAsked => "would have stopped and asked",
        ReplayAgreement.EvidenceGone => "its evidence is gone",
        _ => one.LaterBySeconds switch
        {
            null => "agrees",
            0 => "agrees, in the same second",
            < 0 => $"agrees, {-one.LaterBySeconds:0} s earlier",
            _ => $"agrees, {one.LaterBySeconds:0} s later",
        },
    };
}
