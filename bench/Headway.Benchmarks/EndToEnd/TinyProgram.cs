using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Headway.Benchmarks.EndToEnd;

/// <summary>A web server of one file, in Perl, which every Debian has: its start costs next to nothing.</summary>
internal static class TinyProgram
{
    private const string Program = """
        #!/usr/bin/perl
        use strict; use warnings; use IO::Socket::INET; use IO::Select;
        my ($number, $failing) = split ' ', do { open my $f, '<', 'version' or die $!; <$f> };
        my $release = $ENV{HEADWAY_RELEASE_ID} // '-';
        my $server = IO::Socket::INET->new(
            LocalAddr => '127.0.0.1', LocalPort => $ENV{PORT}, Listen => 511, ReuseAddr => 1) or die $!;
        my $all = IO::Select->new($server);
        my %read;
        $SIG{TERM} = sub { exit 0 };
        $SIG{PIPE} = 'IGNORE';
        while (1) {
            for my $one ($all->can_read) {
                if ($one == $server) { my $new = $server->accept; $all->add($new) if $new; next }
                my $n = sysread $one, my $bytes, 65536;
                if (!$n) { $all->remove($one); delete $read{$one}; close $one; next }
                $read{$one} .= $bytes;
                while ($read{$one} =~ s/^(.*?)\r\n\r\n//s) {
                    my $bad = $1 !~ m{^GET /healthz } && rand() < $failing;
                    my ($status, $body) = $bad ? ('500 Internal Server Error', "no\n") : ('200 OK', "ok\n");
                    syswrite $one, "HTTP/1.1 $status\r\nx-release: $release\r\nContent-Type: text/plain\r\n"
                        . "Content-Length: " . length($body) . "\r\n\r\n$body";
                }
            }
        }
        """;

    public static void Write(string folder, int staging, int production)
    {
        var program = Path.Combine(folder, "serve");
        File.WriteAllText(program, Program);
        File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        File.WriteAllText(Path.Combine(folder, "headway.yaml"), $$"""
            service: {{ServiceUnderTest.Service}}
            build:
              test:    { run: "true" }
              package: { run: mkdir out && cp serve version out/, artifact: out, needs: test }
            run: { command: cd out && exec ./serve, port: http, health: /healthz }
            release:
              staging:    { listen: {{staging}} }
              production: { listen: {{production}}, canary: [5%, 25%, 50%] }
            """);
    }

    public static void WriteFailing(string folder, int number, double failing) => File.WriteAllText(
        Path.Combine(folder, "version"), string.Create(CultureInfo.InvariantCulture, $"{number} {failing}\n"));

    /// <summary>All are held at once, so that they differ.</summary>
    public static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var listener in listeners) listener.Start();
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }
}
