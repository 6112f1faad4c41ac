using Headway.Server.Connections;

namespace Headway.Server.Signals.Asking;

/// <summary>Where a source is asked, and with which connection; or why nowhere.</summary>
/// <param name="Url">Without a slash at its end.</param>
/// <param name="Connection">Null: without credentials.</param>
/// <param name="Problem">A clause, or null.</param>
internal sealed record SourceAddress(string Url, Connection? Connection, string? Problem)
{
    /// <param name="written">`https://...`, or the name of a connection and what follows its URL.</param>
    public static SourceAddress Find(string written, KnownConnections known, ConnectionKind kind)
    {
        if (written.Contains("://", StringComparison.Ordinal)) return new(written.TrimEnd('/'), null, null);
        var (name, rest) = written.IndexOf('/') is var slash and >= 0
            ? (written[..slash], written[slash..]) : (written, "");
        if (known.Find(name) is not { } connection)
            return new("", null,
                $"the server has no connection `{name}`; an admin adds it with `headway connections add {name}`");
        if (connection.Kind != kind)
            return new("", null, $"the connection `{name}` is of the kind {Word(connection.Kind)}, not {Word(kind)}");
        var url = connection.Url.TrimEnd('/') + rest;
        return IsBelow(connection, url, rest) ? new(url, connection, null)
            : new("", null, $"`{written}` leads out of {connection.Url}, and the credentials of `{name}` are for what is "
                + "below it; write the path without `..`");
    }

    /// <summary>
    /// Both as this side resolves the address and as the other may, which undoes `%2e%2e%2f` and `\` only when it reads it.
    /// </summary>
    private static bool IsBelow(Connection connection, string url, string rest)
    {
        if (!Uri.TryCreate(connection.Url, UriKind.Absolute, out var top)
            || !Uri.TryCreate(url, UriKind.Absolute, out var asked)) return false;
        if (asked.GetLeftPart(UriPartial.Authority) != top.GetLeftPart(UriPartial.Authority)
            || !$"{asked.AbsolutePath}/".StartsWith($"{top.AbsolutePath.TrimEnd('/')}/", StringComparison.Ordinal))
            return false;
        var path = rest.Split('?', '#')[0];
        for (var before = ""; before != path;) (before, path) = (path, Uri.UnescapeDataString(path));
        var depth = 0;
        foreach (var part in path.Replace('\\', '/').Split('/'))
        {
            // Some servers take what follows `;` for parameters of the part.
            depth += part.Split(';')[0] switch { ".." => -1, "" or "." => 0, _ => 1 };
            if (depth < 0) return false;
        }
        return true;
    }

    private static string Word(ConnectionKind kind) => char.ToLowerInvariant($"{kind}"[0]) + $"{kind}"[1..];
}
