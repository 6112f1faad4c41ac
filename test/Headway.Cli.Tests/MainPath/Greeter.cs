using System.Net;
using System.Net.Sockets;

namespace Headway.Cli.Tests.MainPath;

/// <summary>
/// The repository of a tiny web program in Perl, which every Debian has. A bad release answers a part of its requests
/// with 500; its health check and the check of staging see nothing of it, as with real bad releases.
/// </summary>
internal sealed class Greeter : IDisposable
{
    public const string Name = "greeter";

    private const string Program =
        """
        use strict;
        use IO::Select;
        use IO::Socket::INET;
        my ($version, $bad) = (VERSION, BAD);
        $SIG{PIPE} = 'IGNORE';
        my $door = IO::Socket::INET->new(
            LocalAddr => '127.0.0.1', LocalPort => $ENV{PORT}, Listen => 512, ReuseAddr => 1) or die "no port: $!";
        my $all = IO::Select->new($door);
        my (%asked, @late);
        while (1) {
            my @answers;
            for my $peer ($all->can_read(@late ? 0.1 : undef)) {
                if ($peer == $door) {
                    my $new = $door->accept or next;
                    $all->add($new);
                    next;
                }
                if (!sysread($peer, $asked{$peer}, 65536, length($asked{$peer} // ''))) {
                    $all->remove($peer);
                    delete $asked{$peer};
                    close $peer;
                    next;
                }
                while ($asked{$peer} =~ s/^(.*?)\r\n\r\n//s) {
                    my $head = $1;
                    my $status = $head !~ m{^GET /healthz} && rand() < $bad ? '500 Internal Server Error' : '200 OK';
                    my $body = "greeter $version\n";
                    push @{$head =~ m{^GET /slow} ? \@late : \@answers}, [$peer, "HTTP/1.1 $status"
                        . "\r\nContent-Type: text/plain\r\nContent-Length: " . length($body) . "\r\n\r\n$body",
                        time + 2];
                }
            }
            # So that requests are under way whenever something is stopped or dies.
            select undef, undef, undef, 0.03;
            my $now = time;
            syswrite $_->[0], $_->[1] for @answers, grep { $_->[2] <= $now } @late;
            @late = grep { $_->[2] > $now } @late;
        }
        """;

    private const string Check =
        """
        #!/usr/bin/perl
        use strict;
        use IO::Socket::INET;
        my ($host) = $ENV{HEADWAY_URL} =~ m{^http://([^/]+)} or die "no HEADWAY_URL\n";
        my $peer = IO::Socket::INET->new($host) or die "nobody answers at $host: $!\n";
        print $peer "GET /healthz HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n\r\n";
        my $first = <$peer>;
        $first =~ / 200 / or die "it answered $first";
        """;

    private readonly Folder _folder = new();
    private readonly string _release;

    /// <param name="release">The `release:` section; `{0}` and `{1}` stand for free ports.</param>
    public Greeter(string release)
    {
        var ports = FreePorts();
        _release = release.Replace("{0}", $"{ports[0]}", StringComparison.Ordinal)
            .Replace("{1}", $"{ports[1]}", StringComparison.Ordinal);
        Address = new($"http://127.0.0.1:{ports[1]}/");
        _folder.Git("init", "--quiet");
        _folder.Git("symbolic-ref", "HEAD", "refs/heads/main");
    }

    public string Source => _folder.Path;

    /// <summary>Where users of production arrive.</summary>
    public Uri Address { get; }

    /// <param name="bad">The part of its requests that fails, 0 to 1.</param>
    public void Commit(int version, double bad = 0)
    {
        _folder.Write("headway.yaml", $"""
            service: {Name}
            run: {"{"} command: perl greeter.pl, health: /healthz {"}"}
            release:
            {_release}
            """);
        _folder.Write("check.pl", Check, executable: true);
        _folder.Write("greeter.pl", Program.Replace("VERSION", $"{version}", StringComparison.Ordinal)
            .Replace("BAD", FormattableString.Invariant($"{bad}"), StringComparison.Ordinal));
        _folder.Commit($"Greeter {version}");
    }

    public void Dispose() => _folder.Dispose();

    private static int[] FreePorts()
    {
        Socket[] sockets = [.. Enumerable.Range(0, 2).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp))];
        foreach (var socket in sockets) socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int[] ports = [.. sockets.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port)];
        foreach (var socket in sockets) socket.Dispose();
        return ports;
    }
}
