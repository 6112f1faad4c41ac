using System.CommandLine;
using Headway.Cli.Terminal;
using Headway.Server.Specs;

namespace Headway.Cli.Specs;

/// <summary>`headway validate [FILE]`: everything that is wrong with a headway.yaml, each with its place.</summary>
internal static class ValidateCommand
{
    public static Command Build()
    {
        var file = new Argument<string>("file")
        {
            Description = "The file to check.", DefaultValueFactory = _ => "headway.yaml",
        };
        var schema = new Option<bool>(
            "--schema") { Description = "Print the JSON Schema of headway.yaml for editors." };
        var command = new Command(
            "validate", "Check headway.yaml and say what is wrong, where, and what is right.") { file, schema };
        command.SetAction((result, stop) => result.GetValue(schema)
            ? PrintSchema(result)
            : CheckAsync(Screen.Of(result), result.GetValue(file)!, stop));
        return command;
    }

    private static Task<int> PrintSchema(ParseResult result)
    {
        result.InvocationConfiguration.Output.Write(SpecSchema.Text);
        return Task.FromResult(ExitCode.Ok);
    }

    private static async Task<int> CheckAsync(Screen screen, string path, CancellationToken stop)
    {
        var reading = SpecReader.Read(path, await SpecFile.ReadAsync(path, stop));
        screen.Answer(new { valid = reading.Spec is not null, reading.Problems, reading.Spec }, _ =>
        {
            if (reading.Spec is { } spec)
                screen.Line($"{path} is right: service {spec.Service}, {SpecSentences.Jobs(spec)}, "
                    + $"{SpecSentences.Release(spec)}.");
            else
                foreach (var problem in reading.Problems) screen.Line(problem.ToString());
        });
        return reading.Spec is null ? ExitCode.No : ExitCode.Ok;
    }
}
