using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Headway.Core.Pipelines;

namespace Headway.Node.Jobs.Beside;

/// <summary>How each kind of companion is started, when it is ready, and what the job is told about it.</summary>
/// <param name="ownNetwork">The usual port is free; otherwise one of the machine's free ports is taken.</param>
internal sealed class KnownCompanions(Sandbox sandbox, bool ownNetwork)
{
    private const int PostgresPort = 5432, RedisPort = 6379;
    private const string Packages = "/usr/lib/postgresql";

    public CompanionStart Start(Companion asked) => asked.Kind switch
    {
        CompanionKind.Postgres => Postgres(asked),
        CompanionKind.Redis => Redis(asked),
        CompanionKind.Image => Image(asked),
        _ => Command(asked),
    };

    private CompanionStart Postgres(Companion asked)
    {
        if (sandbox is { Isolation: Isolation.Session, Uid: not null } || sandbox.UidSeen == 0)
            throw new JobRefusedException($"Service {asked.Name}: PostgreSQL needs a user with a name that is not root, "
                + "which jobs of this runner have only with bubblewrap: apt-get install bubblewrap");
        var bin = Path.Combine(Packages, ReleaseOf(asked), "bin");
        var port = Port(asked.Port ?? PostgresPort);
        var folder = $"\"$TMPDIR/headway-{asked.Name}\"";
        var at = $"-h 127.0.0.1 -p {port} -U job";
        return Make(asked, port,
            $"{bin}/initdb -D {folder} -U job -A trust -E UTF8 --locale=C.UTF-8 --no-sync > /dev/null && exec {bin}/postgres "
                + $"-D {folder} -F -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}",
            $"{bin}/psql {at} -d job -c 'select 1' || {bin}/createdb {at} job",
            $"postgres://job@127.0.0.1:{port}/job",
            ("DATABASE_URL", $"postgres://job@127.0.0.1:{port}/job"), ("PGHOST", "127.0.0.1"), ("PGPORT", $"{port}"),
            ("PGUSER", "job"), ("PGDATABASE", "job"));
    }

    private static string ReleaseOf(Companion asked)
    {
        var installed = Directory.Exists(Packages)
            ? new DirectoryInfo(Packages).GetDirectories().Where(each => File.Exists(Path.Combine(each.FullName, "bin/postgres")))
                .Select(each => each.Name).OrderBy(name => double.Parse(name, CultureInfo.InvariantCulture)).ToList()
            : [];
        var wanted = asked.Release?.ToString(CultureInfo.InvariantCulture);
        if (wanted is null && installed.Count > 0) return installed[^1];
        return wanted is not null && installed.Contains(wanted) ? wanted : throw new JobRefusedException(
            $"Service {asked.Name} asks for PostgreSQL{(wanted is null ? "" : $" {wanted}")}, and this runner has "
            + $"{(installed.Count == 0 ? "none" : string.Join(", ", installed))}: apt-get install "
            + $"postgresql{(wanted is null ? "" : $"-{wanted}")}");
    }

    private CompanionStart Redis(Companion asked)
    {
        if (Tools.Locate("redis-server") is not { } server || Tools.Locate("redis-cli") is not { } client)
            throw new JobRefusedException(
                $"Service {asked.Name} asks for Redis, and this runner has none: apt-get install redis-server");
        var port = Port(asked.Port ?? RedisPort);
        return Make(asked, port,
            $"exec {server} --port {port} --bind 127.0.0.1 --save '' --appendonly no --dir \"$TMPDIR\"",
            $"{client} -p {port} ping | grep -q PONG", $"redis://127.0.0.1:{port}",
            ("REDIS_URL", $"redis://127.0.0.1:{port}"));
    }

    private CompanionStart Command(Companion asked)
    {
        var port = Port(asked.Port ?? 0);
        return Make(asked, port, asked.Run, asked.Ready ?? Listens(port), null);
    }

    private static CompanionStart Image(Companion asked)
    {
        var port = asked.Port ?? 0;
        return Make(asked, port, null, asked.Ready ?? Listens(port), null);
    }

    private static CompanionStart Make(
        Companion asked, int port, string? run, string ready, string? url,
        params ImmutableArray<(string Name, string Value)> more)
    {
        var prefix = asked.Name.ToUpperInvariant().Replace('-', '_');
        var variables = more.Add(($"{prefix}_HOST", "127.0.0.1")).Add(($"{prefix}_PORT", $"{port}"));
        if (url is not null) variables = variables.Add(($"{prefix}_URL", url));
        return new(asked.Name, run, ready, port,
            [.. variables.Select(each => KeyValuePair.Create(each.Name, each.Value))]);
    }

    /// <summary>Read from the kernel's table, so that it needs no tool and opens no connection.</summary>
    private static string Listens(int port) =>
        $"grep -qE '^ *[0-9]+: [0-9A-F]+:{port:X4} 0+:0000 0A' /proc/net/tcp /proc/net/tcp6";

    private int Port(int usual)
    {
        if (ownNetwork) return usual;
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
