using System.Collections.Immutable;
using System.CommandLine;
using Headway.Cli.Specs;
using Headway.Cli.Terminal;
using Headway.Core.Evidence;
using Headway.Node.Probes;
using Headway.Server.Specs;

namespace Headway.Cli.Probes;

/// <summary>
/// `headway probe run [NAME] --url URL`: the probes and journeys of a headway.yaml once, as nodes run them, with each step
/// shown, so that they can be written against a service that runs here.
/// </summary>
internal static class ProbeCommand
{
    private static readonly Argument<string?> Name = new("name")
    {
        Description = "Name of one probe or journey (default: all of them).", Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> Url = new("--url")
    {
        Description = "Where the service answers, such as http://127.0.0.1:8080/.", HelpName = "url", Required = true,
    };

    private static readonly Option<string> File = new("--file")
    {
        Description = "The file that describes them.", HelpName = "path", DefaultValueFactory = _ => "headway.yaml",
    };

    public static Command Build()
    {
        var run = new Command("run", "Run the probes and journeys of headway.yaml once, and show each step.")
        {
            Name, Url, File,
        };
        run.SetAction((result, stop) => RunAsync(result, Screen.Of(result), stop));
        return new("probe", "Try synthetic checks before nodes run them.") { run };
    }

    private static async Task<int> RunAsync(ParseResult result, Screen screen, CancellationToken stop)
    {
        if (!Uri.TryCreate(result.GetValue(Url), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new CliException(ExitCode.Usage, $"{result.GetValue(Url)} is not an address.",
                "Write it like http://127.0.0.1:8080/.");
        var chosen = await ChosenAsync(result.GetValue(File)!, result.GetValue(Name), stop);
        var ends = new List<ProbeEnd>();
        foreach (var signal in chosen)
        {
            ends.Add(await EndAsync(signal, url, stop));
            if (!screen.Json) Show(screen, ends[^1]);
        }
        if (screen.Json) screen.Answer(ends, _ => { });
        return ends.All(end => end.Good) ? ExitCode.Ok : ExitCode.No;
    }

    private static async Task<ImmutableArray<SignalSpec>> ChosenAsync(string path, string? name, CancellationToken stop)
    {
        var reading = SpecReader.Read(path, await SpecFile.ReadAsync(path, stop));
        if (reading.Spec is not { } spec) throw new CliException(ExitCode.No, reading.Says, "`headway validate` checks it.");
        ImmutableArray<SignalSpec> known =
            [.. spec.Evidence.Where(signal => signal.Source is SignalSource.Probe or SignalSource.Journey)];
        var chosen = name is null ? known : [.. known.Where(signal => signal.Name == name)];
        return !chosen.IsEmpty ? chosen : throw new CliException(ExitCode.NotFound,
            name is null ? $"{path} has no probe and no journey." : $"{path} has no probe or journey `{name}`.",
            known.IsEmpty ? "Write one under `evidence:`, for example `front-page: { probe: / }`."
                : $"There are: {string.Join(", ", known.Select(signal => signal.Name))}.");
    }

    private static async Task<ProbeEnd> EndAsync(SignalSpec signal, Uri url, CancellationToken stop)
    {
        if (signal.Source is SignalSource.Probe { Tcp: { } talk } probe)
        {
            var began = TimeProvider.System.GetTimestamp();
            var problem = await TcpProbe.ProblemAsync(url, talk, probe.Within, stop);
            return new(signal.Name, problem is null,
                [new("tcp", null, TimeProvider.System.GetElapsedTime(began), problem)], null);
        }
        using var http = ProbeHttp.Client();
        var end = await new JourneyRun(http, url, signal.Name).RunAsync(ProbeSteps.Of(signal.Source), stop);
        return new(signal.Name, end.IsGood, end.Steps, end.TraceId);
    }

    private static void Show(Screen screen, ProbeEnd end)
    {
        screen.Styled($"[bold]{end.Name}[/]");
        for (var i = 0; i < end.Steps.Length; i++)
        {
            var step = end.Steps[i];
            var line = $"  {i + 1}. {step.Request}: {step.Status?.ToString() ?? "-"} in {step.Took.TotalMilliseconds:0} ms";
            if (step.Failure is null) screen.Line(line);
            else screen.Styled($"{line}, [red]{step.Failure}[/]");
        }
    }

    private sealed record ProbeEnd(string Name, bool Good, ImmutableArray<StepEnd> Steps, string? TraceId);
}
