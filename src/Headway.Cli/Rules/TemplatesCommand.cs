using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Specs;
using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Server.Rules;

namespace Headway.Cli.Rules;

/// <summary>`headway templates`: jobs that many services share, kept by the server.</summary>
internal static class TemplatesCommand
{
    public static Command Build() => new("templates", "Keep templates of jobs that many services share.")
    {
        Add(), List(), Show(), Remove(),
    };

    private static Argument<string> Id() => new("template") { Description = "Such as dotnet-service@2 or @2.1.0." };

    private static Command Add()
    {
        var file = new Argument<string>("file") { Description = "The template." };
        var command = new Command("add", "Add a version of a template; a version never changes.") { file };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var path = result.GetValue(file)!;
            screen.Answer(await api.PostAsync<TemplateView>(
                "api/v1/templates", new RuleFile(await SpecFile.ReadAsync(path, stop), path), stop),
                added => screen.Line($"{added.Name}@{added.Version} can be used: `use: {added.Name}@{added.Version.Split('.')[0]}`."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "List templates, of each the newest version first.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<TemplateView[]>("api/v1/templates", stop), all =>
            {
                if (all.Length == 0) screen.Line("There is no template yet.");
                foreach (var each in all)
                    screen.Line($"{each.Name}@{each.Version,-10} {Words.Ago(each.AddedAt),-14} {each.Says}"
                        + (each.Removed is null ? "" : $" (removed: {each.Removed})"));
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show()
    {
        var id = Id();
        var command = new Command("show", "Show the text of a template.") { id };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<TemplateView>(PathOf(result.GetValue(id)!), stop), found =>
            {
                screen.Line($"# {found.Name}@{found.Version}, {found.Digest}, added {Words.Ago(found.AddedAt)}");
                screen.Line(found.Text!.TrimEnd());
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove()
    {
        var id = Id();
        var reason = new Option<string?>("--reason") { Description = "Why; goes into the record.", HelpName = "text" };
        var command = new Command(
            "remove", "Let a version no longer be used; give all its numbers. What was built with it stays.") { id, reason };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            await api.DeleteAsync(PathOf(result.GetValue(id)!)
                + (result.GetValue(reason) is { } why ? $"?why={Uri.EscapeDataString(why)}" : ""), stop);
            Screen.Of(result).Answer(new { removed = result.GetValue(id) }, _ =>
                Screen.Of(result).Line($"{result.GetValue(id)} can no longer be used."));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string PathOf(string id) => id.Split('@') is [{ Length: > 0 } name, { Length: > 0 } version]
        ? $"api/v1/templates/{Uri.EscapeDataString(name)}/{Uri.EscapeDataString(version)}"
        : throw new CliException(ExitCode.Usage, $"`{id}` names no template.", "Write NAME@VERSION, such as dotnet-service@2.");
}
