using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Host;
using Headway.Server.Secrets;
using Headway.Server.Secrets.Keys;
using Headway.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Connections;

/// <summary>
/// All connections: a file each in the data folder, for its owner only, sealed like secrets are. They are not in the store,
/// so neither a backup of the record nor a reader of it has them. Files of before are in clear and are sealed when read.
/// </summary>
public sealed partial class KnownConnections
{
    public const int Most = 200;

    private readonly string folder;
    private readonly Envelope envelope;
    private readonly ConcurrentDictionary<string, Connection> byName = new(StringComparer.Ordinal);
    private readonly Lock changing = new();

    public KnownConnections(ServerOptions options, Envelope envelope, ILogger<KnownConnections> log)
    {
        this.envelope = envelope;
        folder = Path.Combine(options.DataFolder, "connections");
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.EnumerateFiles(folder, "*.json"))
        {
            if (Read(file, log) is not { } connection || ConnectionRules.WhyRefused(connection) is not null)
            {
                LogUnreadable(log, file);
                continue;
            }
            byName[connection.Name] = connection;
            foreach (var warning in ConnectionRules.Warnings(connection)) LogWarning(log, connection.Name, warning);
        }
    }

    /// <summary>A connection that is known no longer, since it was changed or removed.</summary>
    public event Action<Connection>? Gone;

    public ImmutableArray<Connection> All => [.. byName.Values.OrderBy(c => c.Name, StringComparer.Ordinal)];

    public Connection? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Keeps it, in place of one of the same name. Null, or why not.</summary>
    public string? Keep(Connection connection)
    {
        if (ConnectionRules.WhyRefused(connection) is { } says) return says;
        lock (changing)
        {
            if (byName.Count >= Most && !byName.ContainsKey(connection.Name))
                return $"There are {Most} connections already; remove one first.";
            Write(connection);
            var before = byName.GetValueOrDefault(connection.Name);
            byName[connection.Name] = connection;
            if (before is not null) Gone?.Invoke(before);
            return null;
        }
    }

    /// <summary>False when there is none of that name.</summary>
    public bool Remove(string name)
    {
        lock (changing)
        {
            if (!byName.TryRemove(name, out var gone)) return false;
            Gone?.Invoke(gone);
            File.Delete(FileOf(name));
            return true;
        }
    }

    private string FileOf(string name) => Path.Combine(folder, $"{name}.json");

    /// <summary>All under the newest key.</summary>
    public void Rewrap()
    {
        lock (changing)
            foreach (var connection in byName.Values) Write(connection);
    }

    private void Write(Connection connection) => SecretFile.Write(FileOf(connection.Name), JsonSerializer.Serialize(
        new SealedConnection(envelope.Seal(JsonSerializer.SerializeToUtf8Bytes(connection, Wire.Json), About(connection.Name))),
        Wire.Json));

    private Connection? Read(string file, ILogger log)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        try
        {
            var text = File.ReadAllText(file);
            var kept = JsonSerializer.Deserialize<SealedConnection>(text, Wire.Json)?.Sealed;
            var read = kept is null ? JsonSerializer.Deserialize<Connection>(text, Wire.Json)
                : JsonSerializer.Deserialize<Connection>(envelope.Open(kept, About(name)), Wire.Json);
            if (read?.Name != name) return null;
            if (kept is not null) return read;
            Write(read);
            LogSealed(log, name);
            return read;
        }
        catch (Exception wrong) when (wrong is JsonException or NotSupportedException or IOException
            or UnauthorizedAccessException or KeyWrapException)
        {
            LogWhy(log, file, wrong.Message);
            return null;
        }
    }

    private static string About(string name) => $"connection {name}";

    private sealed record SealedConnection(Sealed? Sealed);

    [LoggerMessage(LogLevel.Information, "Connection {Name} was kept in clear and is sealed now.")]
    private static partial void LogSealed(ILogger log, string name);

    [LoggerMessage(LogLevel.Error, "{File} cannot be read: {Why}")]
    private static partial void LogWhy(ILogger log, string file, string why);

    [LoggerMessage(LogLevel.Error, "{File} holds no connection that can be read; what needs it will say so.")]
    private static partial void LogUnreadable(ILogger log, string file);

    [LoggerMessage(LogLevel.Warning, "Connection {Name}: {Warning}")]
    private static partial void LogWarning(ILogger log, string name, string warning);
}
