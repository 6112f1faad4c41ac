using System.CommandLine;
using Headway.Cli.Repositories;
using Headway.Cli.Terminal;
using Headway.Server.Specs;

namespace Headway.Cli.Specs;

/// <summary>`headway init`: looks at a repository and writes the headway.yaml it should have.</summary>
internal static class InitCommand
{
    public static Command Build()
    {
        var folder = new Argument<string>("folder") { Description = "A git repository.", DefaultValueFactory = _ =>
            "." };
        var force = new Option<bool>("--force") { Description = "Overwrite a headway.yaml that is there." };
        var print = new Option<bool>("--print") { Description = "Print it instead of writing it." };
        var command = new Command(
            "init", "Write a headway.yaml for this git repository, and say what was assumed.") { folder, force, print };
        command.SetAction((result, stop) => RunAsync(
            Screen.Of(result), result.GetValue(folder)!, result.GetValue(force), result.GetValue(print), stop));
        return command;
    }

    private static async Task<int> RunAsync(Screen screen, string folder, bool force, bool print,
        CancellationToken stop)
    {
        var repository = await Repository.OpenAsync(folder, stop);
        var path = Path.Combine(repository.Root, "headway.yaml");
        if (File.Exists(path) && !force && !print)
            throw new CliException(ExitCode.Refused, $"{path} is there already.",
                "`headway init --force` overwrites it.");
        var guess = Recognition.Of(repository);
        var yaml = GuessedSpec.Of(guess);
        if (SpecReader.Read("headway.yaml", yaml) is { Spec: null } wrong)
            throw new InvalidOperationException($"init wrote what validate refuses:\n{wrong.Says}\n{yaml}");
        if (!print) await WriteAsync(path, yaml, force, stop);
        screen.Answer(new { path = print ? null : path, guess.Kind, guess.Service, guess.Assumed, guess.Missing, yaml },
            _ => Tell(screen, guess, print ? null : path, yaml));
        return ExitCode.Ok;
    }

    /// <summary>Without --force the file must not be there, also when it appeared a moment ago.</summary>
    private static async Task WriteAsync(string path, string yaml, bool force, CancellationToken stop)
    {
        await using var file = new FileStream(path, force ? FileMode.Create : FileMode.CreateNew);
        await using var writer = new StreamWriter(file);
        await writer.WriteAsync(yaml.AsMemory(), stop);
    }

    private static void Tell(Screen screen, ServiceGuess guess, string? path, string yaml)
    {
        if (path is null)
        {
            screen.Out.Write(yaml);
            return;
        }
        screen.Line($"Wrote {path} for {guess.Kind}.");
        foreach (var assumed in guess.Assumed) screen.Line($"  assumed: {assumed}");
        foreach (var missing in guess.Missing) screen.Line($"  please look: {missing}");
        screen.Line("Next: `headway validate`, commit it, then `headway up`.");
    }
}
