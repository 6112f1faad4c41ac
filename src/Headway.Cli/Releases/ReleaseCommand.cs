using System.CommandLine;
using System.Text.Json;
using Headway.Cli.Api;
using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Core.Releases;
using Headway.Server.SupplyChain;

namespace Headway.Cli.Releases;

/// <summary>`headway release`: one release, what is said about it, and the way in from another CI.</summary>
internal static class ReleaseCommand
{
    public static Command Build() => new("release", "Look at a release, verify it, export it, or hand one over from another CI.")
    {
        Show(), VerifyCommand.Build(), ExportCommand.Build(), CreateCommand.Build(),
        Document("sbom", "Print the bill of materials of a release, CycloneDX as JSON."),
        Document("provenance", "Print how a release was built, SLSA provenance as JSON."),
    };

    public static string PathOf(string id) => $"api/v1/releases/{Uri.EscapeDataString(id)}";

    public static Argument<string> Id() => new("release") { Description = "As `headway releases` lists them." };

    private static Command Show()
    {
        var id = Id();
        var command = new Command("show", "Show a release: commit, jobs, what is said about it by whom, where it runs.") { id };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var view = await api.GetAsync<ReleaseView>(PathOf(result.GetValue(id)!), stop);
            screen.Answer(view, _ => Tell(screen, view));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Tell(Screen screen, ReleaseView view)
    {
        var release = view.Release;
        screen.Line($"{release.Id}, made {Words.Ago(release.CreatedAt)}");
        screen.Line($"commit    {release.Commit.Sha} \"{release.Commit.Subject}\" by {release.Commit.Author}");
        screen.Line($"artifact  {release.ArtifactDigest}");
        screen.Line($"manifest  {release.ManifestDigest ?? "none: it was made before releases had one"}");
        if (release.Origin is { } origin) screen.Line($"built     by {origin.BuiltBy}");
        foreach (var job in view.Jobs)
            screen.Line($"job       {job.Name}: {job.Phase}{(job.EndedAt - job.StartedAt is { } took
                ? $" in {took.TotalSeconds:0.0} s" : "")}");
        if (release.Reproduction is { } reproduction)
            screen.Line($"          {Core.SupplyChain.Reproductions.Sentence(reproduction)}");
        screen.Line($"bill      {view.Bill?.Says ?? "none"}");
        foreach (var word in view.Said)
            screen.Line($"said      {word.Kind}, {(word.Signer is { } signer ? $"signed by {signer}" : word.Problem)}");
        foreach (var place in view.Places)
            screen.Line($"runs      in {place.Environment}{(place.IsCurrent ? "" : ", being rolled out")}");
        screen.Line(view.Verification.Refused is { } refused ? $"refused   {refused}" : "verified  yes");
    }

    private static Command Document(string name, string says)
    {
        var id = Id();
        var command = new Command(name, says) { id };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            var document = await api.GetAsync<JsonElement>($"{PathOf(result.GetValue(id)!)}/{name}", stop);
            Screen.Of(result).Out.WriteLine(JsonSerializer.Serialize(document, Core.Wire.Indented));
            return ExitCode.Ok;
        });
        return command;
    }
}
