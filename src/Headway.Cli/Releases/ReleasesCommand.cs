using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Core.Releases;

namespace Headway.Cli.Releases;

/// <summary>`headway releases [SERVICE]`: what was built, the newest first.</summary>
internal static class ReleasesCommand
{
    public static Command Build()
    {
        var service = new Argument<string?>("service") { Description = "Only of this service.",
            Arity = ArgumentArity.ZeroOrOne };
        var limit = new Option<int>("--limit") { Description = "At most so many, the newest first.",
            DefaultValueFactory = _ => 20 };
        var command = new Command("releases", "List releases, the newest first.") { service, limit };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var query = $"limit={result.GetValue(limit)}"
                + (result.GetValue(service) is { } name ? $"&service={Uri.EscapeDataString(name)}" : "");
            screen.Answer(await api.GetAsync<Release[]>($"api/v1/releases?{query}", stop), releases =>
            {
                if (releases.Length == 0) screen.Line("There is no release yet.");
                foreach (var release in releases)
                    screen.Line($"{release.Id,-28} {Words.Ago(release.CreatedAt),-14} {release.Commit.Short} "
                        + $"\"{release.Commit.Subject}\" "
                        + $"{release.ArtifactDigest[..Math.Min(19, release.ArtifactDigest.Length)]}");
            });
            return ExitCode.Ok;
        });
        return command;
    }
}
