using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using Headway.Cli.Terminal;

namespace Headway.Cli.Machine;

/// <summary>`headway version`.</summary>
internal static class VersionCommand
{
    /// <summary>With the commit it was built from, when that is known.</summary>
    public static string Own { get; } =
        typeof(VersionCommand)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static Command Build()
    {
        var command = new Command("version", "Print the versions of headway, .NET and the system.");
        command.SetAction(result =>
        {
            var screen = Screen.Of(result);
            var version = new
            {
                headway = Own,
                dotnet = RuntimeInformation.FrameworkDescription,
                system = $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}",
            };
            screen.Answer(version, v => screen.Line($"headway {v.headway}\n{v.dotnet}\n{v.system}"));
        });
        return command;
    }
}
