using System.CommandLine;
using System.Text.Json;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core;
using Headway.Core.Registry;

namespace Headway.Cli.Registry;

/// <summary>`headway registry rules`: which tags never move, and what is kept for how long.</summary>
internal static class RulesCommand
{
    private static readonly Option<string?> Set = new("--set")
    {
        Description = "File with the rules as JSON, in place of those of now; - reads standard input.", HelpName = "file",
    };

    public static Command Build()
    {
        var command = new Command("rules", "Show or set which tags never move, and what is kept for how long.") { Set };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var path = $"{RegistryCommand.Path}/rules";
            var rules = result.GetValue(Set) is { } file
                ? await api.PutAsync<RegistryRules>(path, Read(await TextAsync(file, stop), file), stop)
                : await api.GetAsync<RegistryRules>(path, stop);
            screen.Answer(rules, _ => Tell(screen, rules));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Tell(Screen screen, RegistryRules rules)
    {
        screen.Line("Tags that never move (the first rule that matches counts):");
        foreach (var rule in rules.Tags)
            screen.Line($"  {rule.Repositories}:{rule.Tags}  {(rule.Fixed ? "never move" : "move")}");
        screen.Line("  *  releases' tags and full versions such as 1.4.2 never move, others do");
        screen.Line("What is kept (the first rule that matches a repository counts):");
        foreach (var rule in rules.Retention)
            screen.Line($"  {rule.Repositories}  "
                + string.Join(", or ", new[]
                {
                    rule.KeepLast is { } last ? $"the newest {last} tags" : null,
                    rule.KeepDays is { } days ? $"tags younger than {days} days" : null,
                    rule.KeepTags is { } tags ? $"tags like {tags}" : null,
                    rule.UntaggedDays is { } left ? $"what is untagged for less than {left} days" : null,
                }.OfType<string>()));
        screen.Line("  *  everything; and everywhere what lanes need");
    }

    private static async Task<string> TextAsync(string file, CancellationToken stop)
    {
        if (file == "-") return await Console.In.ReadToEndAsync(stop);
        return File.Exists(file) ? await File.ReadAllTextAsync(file, stop)
            : throw new CliException(ExitCode.NotFound, $"There is no {file}.");
    }

    private static RegistryRules Read(string text, string file)
    {
        try
        {
            var rules = JsonSerializer.Deserialize<RegistryRules>(text, Wire.Json)
                ?? throw new CliException(ExitCode.Usage, $"{file} holds no rules.");
            return rules with
            {
                Tags = rules.Tags.IsDefault ? [] : rules.Tags,
                Retention = rules.Retention.IsDefault ? [] : rules.Retention,
            };
        }
        catch (JsonException wrong)
        {
            throw new CliException(ExitCode.Usage, $"{file} holds no rules: {wrong.Message}",
                """Like this: {"tags": [], "retention": [{"repositories": "*", "keepLast": 20}]}""");
        }
    }
}
