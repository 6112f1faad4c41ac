using System.CommandLine;
using System.Text.Json.Nodes;
using Headway.Cli.Terminal;
using Headway.Core.Conditions;
using Headway.Core.Conditions.Values;

namespace Headway.Cli.Conditions;

/// <summary>`headway cel EXPRESSION`: the value of an expression, to try a condition before it is relied on.</summary>
internal static class CelCommand
{
    private static readonly Argument<string> Expression = new("expression")
    {
        Description = "The expression, in the Common Expression Language.",
    };

    private static readonly Option<string?> Input = new("--input")
    {
        Description = "JSON file whose top-level keys are the variables; `-` is standard input. The whole is `input`.",
        HelpName = "file",
    };

    private static readonly Option<bool> Doubles = new("--doubles")
    {
        Description = "Read every number of the input as a double, also one without a fraction.",
    };

    private static readonly Option<string> Container = new("--container")
    {
        Description = "Where names are looked for first: in `a.b`, the name x is a.b.x, else a.x, else x.",
        HelpName = "name", DefaultValueFactory = _ => "",
    };

    public static Command Build()
    {
        var command = new Command("cel", "Evaluate an expression as conditions are evaluated, with value or error.")
        {
            Expression, Input, Doubles, Container,
        };
        // An expression may begin with `--`, which is no option then.
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(EvaluateAsync);
        return command;
    }

    private static async Task<int> EvaluateAsync(ParseResult result, CancellationToken stop)
    {
        var screen = Screen.Of(result);
        if (result.UnmatchedTokens is [var stray, ..])
            return screen.Fail(ExitCode.Usage, $"`headway cel` does not know `{stray}`.",
                "Put the expression in quotation marks; see `headway cel --help`.");
        var expression = result.GetRequiredValue(Expression);
        var input = await InputAsync(result, stop);
        var reading = Condition.Parse(expression, new(result.GetValue(Container)!));
        var outcome = reading.Condition?.Evaluate(ConditionJson.Variables(input));
        if ((reading.Error ?? outcome!.Error) is { } error) return Show(screen, expression, error);
        var (json, wrong) = ConditionJson.Write(outcome!.Value!);
        return wrong is null ? Show(screen, outcome.Value!, json)
            : Show(screen, expression, new(ConditionErrorKind.Limit, wrong, 1, 1, 0));
    }

    private static async Task<ConditionValue> InputAsync(ParseResult result, CancellationToken stop)
    {
        if (result.GetValue(Input) is not { } path) return new ConditionValue.Map(MapEntries.None);
        if (path != "-" && !File.Exists(path))
            throw new CliException(ExitCode.NotFound, $"There is no file {path}.");
        if (path != "-" && new FileInfo(path).Length > ConditionJson.MostLength)
            throw new CliException(ExitCode.No, $"{path} has more than {ConditionJson.MostLength} bytes.");
        var text = path == "-" ? await Console.In.ReadToEndAsync(stop) : await File.ReadAllTextAsync(path, stop);
        var numbers = result.GetValue(Doubles) ? JsonNumbers.Double : JsonNumbers.AsWritten;
        var (value, wrong) = ConditionJson.Read(text, numbers);
        return value ?? throw new CliException(ExitCode.No, $"The input is not JSON that can be read: {wrong}");
    }

    private static int Show(Screen screen, ConditionValue value, JsonNode? json)
    {
        var answer = new JsonObject
        {
            ["value"] = json, ["type"] = value.TypeName, ["cel"] = value.ToNotation(),
        };
        screen.Answer(answer, _ => screen.Line(value.ToNotation()));
        return ExitCode.Ok;
    }

    private static int Show(Screen screen, string expression, ConditionError error)
    {
        if (screen.Json)
            screen.Answer(new { error }, _ => { });
        else
            screen.Note(error.Explain(expression));
        return ExitCode.No;
    }
}
