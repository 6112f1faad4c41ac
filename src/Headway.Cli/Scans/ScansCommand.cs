using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Scans;
using Headway.Server.Scans;
using Headway.Server.Status;

namespace Headway.Cli.Scans;

/// <summary>`headway scans [SERVICE]`: what scanners found, how it stands, and who decided what about it.</summary>
internal static class ScansCommand
{
    public const int MostShown = 50;

    public static Command Build()
    {
        var service = new Argument<string?>("service") { Description = "Of this service (default: all).", Arity = ArgumentArity.ZeroOrOne };
        var release = new Option<string?>("--release") { Description = "Of this release only.", HelpName = "id" };
        var all = new Option<bool>("--all") { Description = "Also what is settled, triaged, or too small to be pointed out." };
        var command = new Command("scans", "What scanners found in releases, and what was decided about it.")
        {
            service, release, all, TriageCommand.Build(), TriageCommand.Withdraw(), ResultsCommand.Add(), ResultsCommand.Rescan(),
            VexCommand.Build(), DependenciesCommand.Build(),
            ScanSecretsCommand.Build(),
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var only = result.GetValue(release);
            var names = result.GetValue(service) is { } name ? [name] : await NamesAsync(api, stop);
            var views = new List<ScansView>();
            foreach (var each in names)
                views.Add(await api.GetAsync<ScansView>($"{PathOf(each)}{(only is null ? "" : $"?release={Uri.EscapeDataString(only)}")}", stop));
            screen.Answer(views, _ => views.ForEach(view => Tell(screen, view, result.GetValue(all))));
            return ExitCode.Ok;
        });
        return command;
    }

    public static string PathOf(string service) => $"api/v1/scans/{Uri.EscapeDataString(service)}";

    /// <summary>The service that is meant where only one can be.</summary>
    public static async Task<string> OneAsync(ApiClient api, string? named, CancellationToken stop)
    {
        if (named is not null) return named;
        var names = await NamesAsync(api, stop);
        return names is [var only] ? only : throw new CliException(ExitCode.Usage,
            names.Length == 0 ? "No service is carried yet." : "There are several services.",
            names.Length == 0 ? null : $"Name one: --service {string.Join(" | ", names)}");
    }

    private static async Task<string[]> NamesAsync(ApiClient api, CancellationToken stop) =>
        [.. (await api.GetAsync<StatusView>("api/v1/status", stop)).Services.Select(each => each.Service.Name)];

    private static void Tell(Screen screen, ScansView view, bool all)
    {
        foreach (var release in view.Releases)
        {
            screen.Line($"{release.Release} {(release.IsOut ? "is out in" : "before")} {release.Environment}: "
                + (release.Decision.Blocks ? $"KEPT OUT. {release.Decision.Says}" : release.Decision.Says ?? "nothing speaks against it."));
            foreach (var source in release.Sources) screen.Line($"  {source}");
            foreach (var gap in release.Decision.Gaps) screen.Line($"  no evidence: {gap}");
            var shown = release.Decision.Findings.Where(each => all || each.Standing is Standing.Blocks or Standing.Warns).ToList();
            foreach (var each in shown.Take(MostShown)) Tell(screen, each);
            if (shown.Count > MostShown) screen.Line($"  ... and {shown.Count - MostShown} more; --json shows all");
            var hidden = release.Decision.Findings.Length - shown.Count;
            if (hidden > 0) screen.Line($"  {hidden} settled, triaged or small; --all shows them");
        }
        foreach (var entry in view.Triage)
            screen.Line($"{(entry.HasExpired ? "ENDED   " : "triage  ")} {entry.Entry.Subject}: {entry.Entry.Word} "
                + $"{(entry.HasExpired ? "until" : "until")} {entry.Entry.Until:yyyy-MM-dd}, says {entry.Entry.By}: {entry.Entry.Why}");
        foreach (var change in view.Changes.TakeLast(5)) Tell(screen, change);
        if (view.Releases.IsEmpty && view.Changes.IsEmpty) screen.Line($"{view.Service} has no release yet.");
    }

    private static void Tell(Screen screen, JudgedFinding each)
    {
        var finding = each.Finding;
        screen.Line($"  {each.Standing.ToString().ToLowerInvariant(),-8} {finding.Severity.Word(),-8} {finding.Rule} in {finding.Where}"
            + (finding.Package?.FixedIn is { } mended ? $" (mended in {mended})" : "") + $"  [{finding.Fingerprint}]");
        screen.Line($"           {finding.Message}");
        if (each.Standing is not (Standing.Blocks or Standing.Below) || each.Why.StartsWith("The triage", StringComparison.Ordinal))
            screen.Line($"           {each.Why}");
    }

    private static void Tell(Screen screen, ScanEvent.ChangeScanned change)
    {
        var commit = change.Commit[..Math.Min(7, change.Commit.Length)];
        foreach (var found in change.Found) screen.Line($"change {commit}: {found.Says}");
        foreach (var allowed in change.Allowed) screen.Line($"change {commit}: {allowed.Says}, allowed: {allowed.Why}");
        foreach (var not in change.NotScanned) screen.Line($"change {commit}: not looked at: {not}");
    }
}
