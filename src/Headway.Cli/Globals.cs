using System.CommandLine;

namespace Headway.Cli;

/// <summary>Options that every command takes.</summary>
internal static class Globals
{
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON value on standard output, and nothing else there.", Recursive = true,
    };

    public static readonly Option<string?> Server = new("--server")
    {
        Description = "Address of the server (else HEADWAY_SERVER, else the one that runs on the data folder).",
        HelpName = "url", Recursive = true,
    };

    public static readonly Option<string?> TokenFile = new("--token-file")
    {
        Description = "File that holds the token (else HEADWAY_TOKEN_FILE or HEADWAY_TOKEN).",
        HelpName = "path", Recursive = true,
    };

    public static readonly Option<string?> Data = new("--data")
    {
        Description = "Data folder (else HEADWAY_DATA, else ~/.headway, or /var/lib/headway for root).",
            HelpName = "folder", Recursive = true,
    };

    public static string DataFolder(ParseResult result) => Path.GetFullPath(
        result.GetValue(Data)
        ?? Variable("HEADWAY_DATA")
        // Jobs and instances run as other users when started by root, and they cannot enter root's home.
        ?? (Environment.IsPrivilegedProcess ? "/var/lib/headway"
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".headway")));

    /// <summary>An environment variable, where empty means not set.</summary>
    public static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
