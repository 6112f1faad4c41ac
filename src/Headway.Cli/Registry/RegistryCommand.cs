using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Registry;

namespace Headway.Cli.Registry;

/// <summary>`headway registry`: repositories of the server, what is in them, and the rules for it.</summary>
internal static class RegistryCommand
{
    public const string Path = "api/v1/registry";

    public static Command Build() => new("registry", "Repositories of the server's registry: images, packages, artifacts.")
    {
        List(), Tags(), Show(), Delete(), CollectCommand.Build(), RulesCommand.Build(),
    };

    private static Command List()
    {
        var command = new Command("list", "List repositories.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<RepositoryView[]>($"{Path}/repositories", stop), repositories =>
            {
                if (repositories.Length == 0)
                    screen.Line($"There is no repository yet. Push to {api.Address.Authority}/NAME:TAG with podman, "
                        + "skopeo or docker; the password is a token.");
                foreach (var one in repositories)
                    screen.Line($"{one.Name,-40} {one.Tags,6} tags {one.Manifests,7} manifests {ByteText.Of(one.Bytes),10}");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Tags()
    {
        var repository = Repository();
        var last = new Option<string?>("--after") { Description = "Begin behind this tag.", HelpName = "tag" };
        var command = new Command("tags", "List the tags of a repository, and which of them never move.")
        {
            repository, last,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var after = result.GetValue(last) is { } tag ? $"&last={Uri.EscapeDataString(tag)}" : "";
            screen.Answer(await api.GetAsync<TagView[]>(
                $"{Path}/tags?repository={Named(result, repository)}{after}", stop), tags =>
            {
                if (tags.Length == 0) screen.Line("It has no tags.");
                foreach (var one in tags)
                    screen.Line($"{one.Name,-30} {ByteText.Short(one.Digest)}  {one.MovedAt:yyyy-MM-dd HH:mm}  "
                        + $"{one.Actor}{(one.Why is { } why ? $"  ({why})" : "")}");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show()
    {
        var (repository, reference) = (Repository(), Reference());
        var command = new Command("show", "Show a manifest: where it came from, what needs it, what speaks of it.")
        {
            repository, reference,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<ManifestView>(Manifest(result, repository, reference), stop),
                manifest => ManifestText.Tell(screen, manifest));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Delete()
    {
        var (repository, reference) = (Repository(), Reference());
        var command = new Command("delete", "Delete a tag, or a manifest by its digest with all its tags.")
        {
            repository, reference,
        };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            await api.DeleteAsync(Manifest(result, repository, reference), stop);
            Screen.Of(result).Answer(
                new { repository = result.GetValue(repository), deleted = result.GetValue(reference) },
                gone => Screen.Of(result).Line($"{gone.deleted} is gone from {gone.repository}. Blobs that nothing "
                    + "needs any more go with the next collection."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Manifest(ParseResult result, Argument<string> repository, Argument<string> reference) =>
        $"{Path}/manifest?repository={Named(result, repository)}&reference={Named(result, reference)}";

    private static string Named(ParseResult result, Argument<string> argument) =>
        Uri.EscapeDataString(result.GetValue(argument)!);

    private static Argument<string> Repository() => new("repository") { Description = "Name, for example shop/checkout." };

    private static Argument<string> Reference() => new("reference") { Description = "A tag, or a digest." };
}
