using System.CommandLine;
using Headway.Cli.Processes;
using Headway.Cli.Terminal;

namespace Headway.Cli.Demo;

/// <summary>
/// `headway demo`: a real repository, real builds, real processes and real traffic; a good commit is promoted and a bad
/// one is taken back.
/// </summary>
internal static class DemoCommand
{
    private static readonly Option<bool> Exit = new(
        "--exit") { Description = "End after the summary instead of staying up." };

    private static readonly Option<bool> Keep = new("--keep") { Description = "Keep the data folder after the end." };

    private static readonly Option<int> Rate = new("--rate")
    {
        Description = "Requests per second.", HelpName = "n", DefaultValueFactory = _ => 700,
    };

    private static readonly Option<int> Customers = new("--customers")
    {
        Description = "Distinct customers who make them.", HelpName = "n", DefaultValueFactory = _ => 700,
    };

    private static readonly Option<int?> Port = new("--port")
    {
        Description = "Port of the server; the next two are for staging and production (default: free ones).",
            HelpName = "n",
    };

    public static Command Build()
    {
        Rate.Validators.Add(result => Within(result, Rate, 1, 20_000));
        Customers.Validators.Add(result => Within(result, Customers, 1, 100_000));
        var command = new Command("demo",
            "Carry three commits of a small shop to production under traffic: the second is good, the third fails 8 % "
                + "of orders.")
        {
            Exit, Keep, Rate, Customers, Port, OtlpOptions.Http, OtlpOptions.Grpc,
        };
        command.SetAction((result, stop) => RunAsync(result, stop));
        return command;
    }

    private static void Within(System.CommandLine.Parsing.OptionResult result, Option<int> option, int least, int most)
    {
        if (result.GetValue(option) is var value && (value < least || value > most))
            result.AddError($"{option.Name} must be from {least} to {most}.");
    }

    private static async Task<int> RunAsync(ParseResult result, CancellationToken stop)
    {
        var screen = Screen.Of(result);
        using var folder = DemoFolder.Make(result.GetValue(Globals.Data), result.GetValue(Keep));
        try
        {
            await using var demo = await DemoRun.StartAsync(
                folder, DemoPorts.From(result.GetValue(Port), OtlpOptions.Of(result)),
                new(result.GetValue(Rate), result.GetValue(Customers)), stop);
            DemoSummary summary;
            await using (var view = DemoView.On(screen, demo))
                summary = await demo.CarryAsync(stop);
            screen.Answer(summary, _ => DemoText.Show(screen, summary, demo, !result.GetValue(Exit)));
            if (!result.GetValue(Exit)) await StayAsync(screen, demo, stop);
            return summary.IsAsPromised ? ExitCode.Ok : ExitCode.No;
        }
        catch (CliException) when (!stop.IsCancellationRequested)
        {
            folder.Keep();
            throw;
        }
    }

    private static async Task StayAsync(Screen screen, DemoRun demo, CancellationToken stop)
    {
        screen.Note("");
        screen.Note($"Everything stays up, with a little traffic. Page: {await demo.SignInAsync(stop)}");
        screen.Note("Ctrl-C ends it.");
        demo.Traffic.Slow(requestsPerSecond: 20);
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException)
        {
            screen.Note("Stopping.");
        }
    }
}
