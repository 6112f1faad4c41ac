using System.CommandLine;
using System.Text.Json.Serialization;
using Headway.Cli.Terminal;

namespace Headway.Cli.Machine;

/// <summary>`headway doctor`: what this machine has, what that means, and what to do about what is missing.</summary>
internal static class DoctorCommand
{
    public static Command Build()
    {
        var command = new Command(
            "doctor", "Say what this machine has of what Headway uses, and what to do about the rest.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var checks = await Examination.RunAsync(Globals.DataFolder(result), stop);
            screen.Answer(checks, _ =>
            {
                foreach (var check in checks)
                {
                    screen.Line($"{Sign(check.State)} {check.Name,-10} {check.Says}");
                    if (check.Next is { } next) screen.Line($"     {"",-10} -> {next}");
                }
            });
            return checks.Any(check => check.State is CheckState.Missing) ? ExitCode.No : ExitCode.Ok;
        });
        return command;
    }

    private static string Sign(CheckState state) => state switch
    {
        CheckState.Good => "ok  ",
        CheckState.Limited => "less",
        _ => "NO  ",
    };
}

[JsonConverter(typeof(JsonStringEnumConverter<CheckState>))]
internal enum CheckState
{
    Good,

    /// <summary>Headway works without it, with less; the sentence says what is lost.</summary>
    Limited,

    /// <summary>Headway does not work without it.</summary>
    Missing,
}

/// <param name="Next">What to do about it, or null.</param>
internal sealed record MachineCheck(string Name, CheckState State, string Says, string? Next = null);
