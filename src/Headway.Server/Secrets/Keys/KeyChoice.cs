namespace Headway.Server.Secrets.Keys;

/// <summary>Where the key of all secrets is: `--secrets-key file:PATH` or `command:PROGRAM`.</summary>
public static class KeyChoice
{
    /// <exception cref="KeyWrapException">It cannot be used; the server does not start then.</exception>
    public static IKeyWrap Open(string? written, string dataFolder) => written switch
    {
        null => FileKeys.LoadOrCreate(Path.Combine(dataFolder, "keys", "secrets.keys")),
        _ when written.StartsWith("file:", StringComparison.Ordinal) && written.Length > 5 =>
            FileKeys.LoadOrCreate(Path.GetFullPath(written[5..])),
        _ when written.StartsWith("command:", StringComparison.Ordinal) && written.Length > 8 =>
            new CommandKeys(written[8..]),
        _ => throw new KeyWrapException(
            $"`{written}` names no key of secrets: `file:/etc/headway/secrets.keys` or `command:/usr/local/bin/kms`."),
    };
}
