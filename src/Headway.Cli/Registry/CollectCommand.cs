using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Registry.Collecting;

namespace Headway.Cli.Registry;

/// <summary>`headway registry gc`: what no rule keeps goes, or what would go.</summary>
internal static class CollectCommand
{
    public static Command Build()
    {
        var rehearsal = new Option<bool>("--dry-run") { Description = "Only say what would go, and why." };
        var command = new Command("gc",
            "Take away what no rule keeps and nothing needs; the server does it by itself every few hours.") { rehearsal };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var report = await api.PostAsync<CollectionReport>(
                $"{RegistryCommand.Path}/gc?dryRun={(result.GetValue(rehearsal) ? "true" : "false")}", new { }, stop);
            screen.Answer(report, _ => Tell(screen, report));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Tell(Screen screen, CollectionReport report)
    {
        foreach (var one in report.Gone)
            screen.Line($"{one.Repository,-30} {one.Kind,-8} {Name(one)}  {one.Why}");
        if (report.Count > report.Gone.Length) screen.Line($"... and {report.Count - report.Gone.Length} more");
        var goes = report.DryRun ? "would go" : "went";
        screen.Line($"{report.Count} tags, manifests and links {goes}; {report.Files} files with "
            + $"{ByteText.Of(report.Bytes)} {(report.DryRun ? "would be freed" : "were freed")}"
            + (report.Uploads > 0 ? $"; {report.Uploads} abandoned uploads were forgotten" : "") + ".");
    }

    private static string Name(Collected one) => one.Kind == "tag" ? one.Name : ByteText.Short(one.Name);
}
