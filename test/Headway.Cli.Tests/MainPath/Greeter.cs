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
        use Time::HiRes;
        my ($version, $bad, $unpaid, $fault, $leak, $total, @kept) = (VERSION, BAD, UNPAID, 'FAULT', LEAK, TOTAL);
        my ($second, $asks, $payments, $failed) = (0, 0, 0, 0);
        # A value of the configuration that this program cannot live with.
        $bad = $ENV{BREAKS} if $ENV{BREAKS};
        $SIG{PIPE} = 'IGNORE';
        my $door = IO::Socket::INET->new(
            LocalAddr => '127.0.0.1', LocalPort => $ENV{PORT}, Listen => 512, ReuseAddr => 1) or die "no port: $!";
        if ($ENV{TARGETS}) {
            my $file = "$ENV{TARGETS}/$ENV{PORT}-$$";
            open my $target, '>', "$file.new" or die "$file: $!";
            print $target qq([{"targets":["127.0.0.1:$ENV{PORT}"],"labels":{"release_id":"$ENV{HEADWAY_RELEASE_ID}"}}]);
            close $target;
            rename "$file.new", "$file.json" or die "$file: $!";
        }
        # Metrics, traces and logs each second, as an exporter of OpenTelemetry sends them.
        if ('TELLS' && !fork) {
            my $parent = getppid;
            my ($host) = $ENV{OTEL_EXPORTER_OTLP_ENDPOINT} =~ m{^http://([^/]+)};
            my @given = ("service.name=$ENV{OTEL_SERVICE_NAME}", split /,/, $ENV{OTEL_RESOURCE_ATTRIBUTES});
            @given = grep { !/^headway\.release/ } @given if 'TELLS' eq 'nameless';
            my $resource = join ',', map {
                my ($key, $value) = split /=/, $_, 2;
                $value =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
                qq({"key":"$key","value":{"stringValue":"$value"}});
            } @given;
            my $id = sub { join '', map { sprintf '%02x', int rand 256 } 1 .. $_[0] };
            while (getppid == $parent) {
                my $now = sprintf '%.0f', Time::HiRes::time() * 1e9;
                my ($trace, $span) = ($id->(16), $id->(8));
                my %sent = (
                    logs => ['resourceLogs', 'scopeLogs', 'logRecords',
                        qq({"timeUnixNano":"$now","severityNumber":9,"body":{"stringValue":"greeted"}})],
                    metrics => ['resourceMetrics', 'scopeMetrics', 'metrics', qq({"name":"greetings","sum":{)
                        . qq("aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"asInt":"7","timeUnixNano":"$now"}]}})],
                    traces => ['resourceSpans', 'scopeSpans', 'spans', qq({"traceId":"$trace","spanId":"$span",)
                        . qq("name":"greet","kind":2,"startTimeUnixNano":"$now","endTimeUnixNano":"$now"})]);
                for my $kind (keys %sent) {
                    my ($outer, $scope, $inner, $record) = @{$sent{$kind}};
                    my $body = qq({"$outer":[{"resource":{"attributes":[$resource]},"$scope":[{"$inner":[$record]}]}]});
                    my $to = IO::Socket::INET->new(PeerAddr => $host, Timeout => 2) or next;
                    print $to "POST /v1/$kind HTTP/1.1\r\nHost: $host\r\nContent-Type: application/json\r\n"
                        . 'Content-Length: ' . length($body) . "\r\nConnection: close\r\n\r\n$body";
                    1 while <$to>;
                }
                sleep 1;
            }
            exit;
        }
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
                while ($asked{$peer} =~ /^(.*?)\r\n\r\n/s) {
                    my ($head, $end) = ($1, $+[0]);
                    $end += $1 if $head =~ /^content-length: *(\d+)/im;
                    last if length($asked{$peer}) < $end;
                    substr($asked{$peer}, 0, $end) = '';
                    my $status = $head !~ m{^GET /healthz} && rand() < $bad ? '500 Internal Server Error' : '200 OK';
                    my ($body, $more) = ("greeter $version\n", '');
                    my $type = 'text/plain';
                    ($type, $body) = ('application/json', sprintf('{"order":%d,"total":%s,"at":%.6f}',
                        $1, $total, Time::HiRes::time())) if $head =~ m{^GET /orders/(\d+)};
                    ($body, $status) = ('{"items":[{"id":7}]}', '200 OK') if $head =~ m{^GET /products};
                    ($body, $status, $more) = ('{}', '201 Created', "Set-Cookie: cart=7\r\n") if $head =~ m{^POST /cart};
                    $body = $head =~ /^cookie: cart=7/im && $fault ne 'cart' ? '{"count":1}' : '{"count":0}'
                        if $head =~ m{^GET /cart};
                    # Above ten requests a second it gives up.
                    ($second, $asks) = (time, 0) if $second != time;
                    $status = '503 Too Busy' if $fault eq 'load' && $head !~ m{^GET /healthz} && ++$asks > 10;
                    if ($head =~ m{^GET /metrics}) {
                        ($body, $status) = ("payments_total $payments\npayment_failed_total $failed\n", '200 OK');
                    } elsif ($head !~ m{^GET /healthz}) {
                        $payments++;
                        # The user is told that all is well.
                        $failed++ if rand() < $unpaid;
                    }
                    push @{$head =~ m{^GET /slow} ? \@late : \@answers}, [$peer, "HTTP/1.1 $status\r\n$more"
                        . "Content-Type: $type\r\nContent-Length: " . length($body) . "\r\n\r\n$body",
                        time + 2];
                }
            }
            # So that requests are under way whenever something is stopped or dies.
            select undef, undef, undef, 0.03;
            push @kept, 'x' x $leak if $leak;
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
    /// <param name="evidence">The whole `evidence:` section, or nothing.</param>
    public Greeter(string release, string evidence = "")
    {
        Evidence = evidence;
        var ports = FreePorts();
        _release = release.Replace("{0}", $"{ports[0]}", StringComparison.Ordinal)
            .Replace("{1}", $"{ports[1]}", StringComparison.Ordinal);
        Address = new($"http://127.0.0.1:{ports[1]}/");
        _folder.Git("init", "--quiet");
        _folder.Git("symbolic-ref", "HEAD", "refs/heads/main");
    }

    public string Source => _folder.Path;

    public string FirstRelease => _release;

    /// <summary>Where users of production arrive.</summary>
    public Uri Address { get; }

    /// <summary>The whole `evidence:` section, or nothing.</summary>
    public string Evidence { get; set; }

    /// <summary>The whole `build:` section, or nothing.</summary>
    public string Build { get; set; } = "";

    /// <summary>More of the `run:` section, beginning with a comma.</summary>
    public string Run { get; set; } = "";

    public string Command { get; set; } = "perl greeter.pl";

    /// <summary>The `release:` section from the next commit on; ports are not filled in.</summary>
    public string? Release { get; set; }

    /// <summary>Where each instance writes down for Prometheus that it can be scraped; nowhere when empty.</summary>
    public string Targets { get; init; } = "";

    /// <param name="bad">The part of its requests that fails, 0 to 1.</param>
    /// <param name="fault">`cart` answers wrongly with a good status; `load` fails what comes above ten requests a second.</param>
    /// <param name="unpaid">The part of its payments that fails, which only its metrics tell.</param>
    /// <param name="leak">Bytes that it never gives back, some thirty times a second.</param>
    /// <param name="tells">`all` sends telemetry, `nameless` sends it without its release id, nothing sends none.</param>
    /// <param name="total">What an order costs, beside the time at which it was asked for.</param>
    public void Commit(
        int version, double bad = 0, string fault = "", double unpaid = 0, int leak = 0, double total = 12.5,
        string tells = "")
    {
        _folder.Write("headway.yaml", $"""
            service: {Name}
            run: {"{"} command: '{Command}', health: /healthz, env: {"{"} TARGETS: "{Targets}" {"}"}{Run} {"}"}
            {Build}
            {Evidence}
            release:
            {Release ?? _release}
            """);
        _folder.Write("check.pl", Check, executable: true);
        _folder.Write("greeter.pl", Program.Replace("VERSION", $"{version}", StringComparison.Ordinal)
            .Replace("FAULT", fault, StringComparison.Ordinal)
            .Replace("UNPAID", FormattableString.Invariant($"{unpaid}"), StringComparison.Ordinal)
            .Replace("TELLS", tells, StringComparison.Ordinal)
            .Replace("LEAK", $"{leak}", StringComparison.Ordinal)
            .Replace("BAD", FormattableString.Invariant($"{bad}"), StringComparison.Ordinal)
            .Replace("TOTAL", FormattableString.Invariant($"{total}"), StringComparison.Ordinal));
        _folder.Commit($"Greeter {version}");
    }

    /// <summary>Another file of the repository, with the next commit.</summary>
    public void Write(string path, string text, bool executable = false) => _folder.Write(path, text, executable);

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
