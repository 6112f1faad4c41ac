using System.CommandLine;
using Headway.Cli.Terminal;
using Headway.Server.Specs.Imports;

namespace Headway.Cli.Specs;

/// <summary>`headway import FILE...`: what another tool's analysis becomes in headway.yaml, and what of it does not.</summary>
internal static class ImportCommand
{
    public static Command Build()
    {
        var files = new Argument<string[]>("files")
        {
            Description = "Argo AnalysisTemplates and Rollouts, Flagger Canaries, Kayenta canary configurations.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(
            "import", "Print what the canary analysis of another tool becomes in headway.yaml, and what does not.") { files };
        command.SetAction((result, stop) => RunAsync(Screen.Of(result), result.GetValue(files)!, stop));
        return command;
    }

    private static async Task<int> RunAsync(Screen screen, string[] files, CancellationToken stop)
    {
        // Documents refer to one another, so files that are given together are read together.
        var texts = new List<string>();
        foreach (var file in files) texts.Add(await SpecFile.ReadAsync(file, stop));
        var (found, problems) = SpecImport.Read(files[0], string.Join("\n---\n", texts));
        var yaml = ImportedText.Of(found);
        screen.Answer(new { found.From, found.Signals, found.Canary, found.Objectives, found.Left, problems, yaml }, _ =>
        {
            foreach (var from in found.From) screen.Line($"# From {from}.");
            if (yaml.Length > 0) screen.Out.Write(yaml);
            foreach (var left in found.Left) screen.Line($"# Not carried over: {left}");
            foreach (var problem in problems) screen.Note(problem.ToString());
        });
        return problems.IsEmpty ? ExitCode.Ok : ExitCode.No;
    }
}
