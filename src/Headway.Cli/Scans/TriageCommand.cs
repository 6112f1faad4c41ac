using System.CommandLine;
using System.Globalization;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Scans;
using Headway.Server.Scans;

namespace Headway.Cli.Scans;

/// <summary>`headway scans triage`: a decision about a finding, with a reason, a name and an end.</summary>
internal static class TriageCommand
{
    private static readonly Argument<string> Subject = new("finding")
    {
        Description = "Its fingerprint, or the name of the vulnerability such as CVE-2024-1234.",
    };

    public static readonly Option<string?> Service = new("--service")
    {
        Description = "Of which service (default: the only one there is).", HelpName = "name",
    };

    private static readonly Option<string> Why = new("--why") { Description = "Why; goes into the record.", HelpName = "text", Required = true };
    private static readonly Option<bool> NotAffected = new("--not-affected") { Description = "What is vulnerable is not used, or not there." };
    private static readonly Option<bool> Accept = new("--accept") { Description = "It is there, and the risk is taken for a time." };
    private static readonly Option<bool> FalsePositive = new("--false-positive") { Description = "The scanner is wrong." };

    public static readonly Option<string?> Until = new("--until")
    {
        Description = "Day on which it ends, at most 366 days from now (default: in 90 days).", HelpName = "yyyy-mm-dd",
    };

    public static Command Build()
    {
        var command = new Command("triage", "Decide about a finding. It comes back when the decision ends.")
        {
            Subject, NotAffected, Accept, FalsePositive, Why, Until, Service,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var asked = new TriageAsked(result.GetValue(Subject)!, KindOf(result), result.GetValue(Why)!, DayOf(result));
            var service = await ScansCommand.OneAsync(api, result.GetValue(Service), stop);
            await api.PostAsync($"{ScansCommand.PathOf(service)}/triage", asked, stop);
            screen.Answer(new { service, asked.Subject, asked.Kind, asked.Why, asked.Until },
                _ => screen.Line($"Recorded for {service}. What it kept out goes on by itself."));
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Withdraw()
    {
        var command = new Command("withdraw", "Take a decision about a finding back.") { Subject, Why, Service };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            var asked = new TriageWithdrawAsked(result.GetValue(Subject)!, result.GetValue(Why)!);
            var service = await ScansCommand.OneAsync(api, result.GetValue(Service), stop);
            await api.PostAsync($"{ScansCommand.PathOf(service)}/triage/withdraw", asked, stop);
            Screen.Of(result).Answer(new { service, asked.Subject }, _ => Screen.Of(result).Line($"Withdrawn for {service}."));
            return ExitCode.Ok;
        });
        return command;
    }

    public static DateTimeOffset? DayOf(ParseResult result)
    {
        if (result.GetValue(Until) is not { } text) return null;
        return DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day)
            ? day : throw new CliException(ExitCode.Usage, $"`{text}` is not a day.", "Write it like 2030-12-31.");
    }

    private static TriageKind KindOf(ParseResult result)
    {
        TriageKind[] given =
        [
            .. result.GetValue(NotAffected) ? [TriageKind.NotAffected] : (TriageKind[])[],
            .. result.GetValue(Accept) ? [TriageKind.Accepted] : (TriageKind[])[],
            .. result.GetValue(FalsePositive) ? [TriageKind.FalsePositive] : (TriageKind[])[],
        ];
        return given is [var one] ? one
            : throw new CliException(ExitCode.Usage, "A triage says one of --not-affected, --accept and --false-positive.");
    }
}
