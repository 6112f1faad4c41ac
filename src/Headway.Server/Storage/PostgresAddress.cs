using Npgsql;

namespace Headway.Server.Storage;

/// <summary>`postgres://` addresses, which Npgsql does not read, and its own `Host=...` form.</summary>
public static class PostgresAddress
{
    public static bool IsOne(string text) =>
        text.StartsWith("postgres://", StringComparison.Ordinal)
        || text.StartsWith("postgresql://", StringComparison.Ordinal)
        || text.StartsWith("Host=", StringComparison.OrdinalIgnoreCase);

    /// <summary>Options behind `?` are Npgsql's: `?Search Path=headway`.</summary>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        if (text.StartsWith("Host=", StringComparison.OrdinalIgnoreCase)) return new(text);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Host.Length == 0)
            throw new ArgumentException("The address of PostgreSQL reads postgres://user:password@host:port/database.");
        var user = address.UserInfo.Split(':', 2);
        var found = new NpgsqlConnectionStringBuilder
        {
            Host = address.Host,
            Port = address.Port > 0 ? address.Port : 5432,
            Database = Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/')),
        };
        if (user[0].Length > 0) found.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) found.Password = Uri.UnescapeDataString(user[1]);
        foreach (var option in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = option.Split('=', 2) is [var left, var right] ? (left, right) : (option, "");
            found[Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value);
        }
        return found;
    }
}
