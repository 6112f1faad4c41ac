using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Rules;
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
            : CheckAsync(result, result.GetValue(file)!, stop));
        return command;
    }

    private static Task<int> PrintSchema(ParseResult result)
    {
        result.InvocationConfiguration.Output.Write(SpecSchema.Text);
        return Task.FromResult(ExitCode.Ok);
    }

    private static async Task<int> CheckAsync(ParseResult result, string path, CancellationToken stop)
    {
        var screen = Screen.Of(result);
        var text = await SpecFile.ReadAsync(path, stop);
        var reading = await ByServerAsync(result, path, text, stop) ?? Alone(SpecReader.Read(path, text), screen);
        screen.Answer(new { reading.Valid, reading.Problems, reading.Missing, reading.Spec }, _ =>
        {
            foreach (var missing in reading.Missing) screen.Line($"{path}: {missing}");
            if (!reading.Valid && reading.Spec is not null) return;
            if (reading.Spec is { } spec)
                screen.Line($"{path} is right: service {spec.Service}, {SpecSentences.Jobs(spec)}, "
                    + $"{SpecSentences.Release(spec)}.");
            else
                foreach (var problem in reading.Problems) screen.Line(problem.ToString());
        });
        return reading.Valid ? ExitCode.Ok : ExitCode.No;
    }

    /// <summary>Templates and central requirements are the server's; null where none is known or none answers.</summary>
    private static async Task<SpecCheck?> ByServerAsync(
        ParseResult result, string path, string text, CancellationToken stop)
    {
        try
        {
            using var api = ApiClient.For(result);
            return await api.PostAsync<SpecCheck>("api/v1/specs/check", new RuleFile(text, path), stop);
        }
        catch (CliException e) when (!IsNamed(result) && e.ExitCode is ExitCode.NoServer or ExitCode.NotFound)
        {
            return null;
        }
    }

    private static bool IsNamed(ParseResult result) =>
        result.GetValue(Globals.Server) is not null || Globals.Variable("HEADWAY_SERVER") is not null;

    private static SpecCheck Alone(SpecReading reading, Screen screen)
    {
        if (reading.Problems.Any(problem => problem.Says.StartsWith("there is no template", StringComparison.Ordinal)))
            screen.Note("Templates are kept by the server, and none is known: name one with --server.");
        return new(reading.Spec is not null, reading.Problems, [], reading.Spec);
    }
}
