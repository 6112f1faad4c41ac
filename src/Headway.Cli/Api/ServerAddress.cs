using System.CommandLine;
using System.Text.Json;
using Headway.Core;

namespace Headway.Cli.Api;

/// <summary>Which server to ask and with which token.</summary>
/// <param name="Found">Where the address came from, for errors.</param>
internal sealed record ServerAddress(Uri Address, string? Token, string Found)
{
    /// <summary>
    /// The name of the file in the data folder in which a running server leaves its address and token.
    /// </summary>
    public const string StateFile = "server.json";

    /// <summary>
    /// Options first, then the environment, then the file that a server leaves in the data folder.
    /// </summary>
    /// <exception cref="CliException">No address is known, or the token file cannot be read.</exception>
    public static ServerAddress Find(ParseResult result)
    {
        var state = ReadState(Path.Combine(Globals.DataFolder(result), StateFile));
        var (address, found) =
            result.GetValue(Globals.Server) is { } option ? (option, "--server")
            : Globals.Variable("HEADWAY_SERVER") is { } variable ? (variable, "HEADWAY_SERVER")
            : state is not null ? (state.Address, Globals.DataFolder(result))
            : throw new CliException(ExitCode.NoServer,
                $"No server is known: {Globals.DataFolder(result)} has no {StateFile}.",
                "Is the server running? Start it with `headway up`, or name it with --server.");
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https"))
            throw new CliException(
                ExitCode.Usage, $"{found} is `{address}`, which is no address such as http://127.0.0.1:8642.");
        return new(uri, TokenOf(result, state is not null && found == Globals.DataFolder(result) ? state : null),
            found);
    }

    /// <summary>What a running server wrote.</summary>
    public static ServerAddress FromFile(string path) =>
        ReadState(path) is { } state
            ? new(new(state.Address.TrimEnd('/') + "/"), File.ReadAllText(state.TokenFile!).Trim(), path)
            : throw new CliException(ExitCode.NoServer, $"{path} does not say where the server is.");

    private static string? TokenOf(ParseResult result, ServerState? state)
    {
        if ((result.GetValue(Globals.TokenFile) ?? Globals.Variable("HEADWAY_TOKEN_FILE")) is { } file)
            return File.Exists(file) ? File.ReadAllText(file).Trim()
                : throw new CliException(ExitCode.NotFound, $"There is no token file {file}.");
        if (Globals.Variable("HEADWAY_TOKEN") is { } token) return token;
        return state?.Token ?? (state?.TokenFile is { } own && File.Exists(own) ? File.ReadAllText(own).Trim() : null);
    }

    private static ServerState? ReadState(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<ServerState>(File.ReadAllText(path), Wire.Json)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record ServerState(string Address, string? Token, string? TokenFile, int? Pid);
}
