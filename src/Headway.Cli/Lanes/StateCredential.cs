using System.CommandLine;
using Headway.Cli.Api;

namespace Headway.Cli.Lanes;

/// <summary>`headway state credential`: gives git the token as password, so that it stands in no address and in no file of git.</summary>
internal static class StateCredential
{
    public static Command Build()
    {
        var verb = new Argument<string>("verb") { Description = "get, store or erase, as git says." };
        var command = new Command("credential", "For git: the token as password of the state repo (git-credential(1)).") { verb };
        command.SetAction(async (result, stop) =>
        {
            if (result.GetValue(verb) != "get") return ExitCode.Ok;
            var server = ServerAddress.Find(result);
            var asked = await AskedAsync(stop);
            // Another host is not told the token, whatever git was given.
            if (asked.GetValueOrDefault("host") != server.Address.Authority || asked.GetValueOrDefault("protocol") != server.Address.Scheme
                || server.Token is not { } token) return ExitCode.Ok;
            Console.Out.Write($"username=headway\npassword={token}\n\n");
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>What git is to run; it is run by a shell.</summary>
    public static string Helper(ParseResult result)
    {
        var program = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) != "dotnet" ? Quoted(path)
            : $"{Quoted(Environment.ProcessPath ?? "dotnet")} {Quoted(Path.Combine(AppContext.BaseDirectory, "headway.dll"))}";
        return $"!{program} state credential --data {Quoted(Globals.DataFolder(result))}";
    }

    private static string Quoted(string word) => $"\"{word.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static async Task<Dictionary<string, string>> AskedAsync(CancellationToken stop)
    {
        var asked = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await Console.In.ReadLineAsync(stop) is { Length: > 0 } line)
            if (line.Split('=', 2) is [var key, var value]) asked[key] = value;
        return asked;
    }
}
