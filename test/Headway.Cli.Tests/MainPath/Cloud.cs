using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Headway.Cli.Tests.MainPath;

/// <summary>A tiny provider of infrastructure: it keeps one text an environment, and refuses what says that it is broken.</summary>
internal sealed class Cloud : IDisposable
{
    /// <summary>`infra.pl VERB`: puts infra.txt there, compares it with what is there, or takes it away.</summary>
    private const string Client =
        """
        #!/usr/bin/perl
        use strict;
        use IO::Socket::INET;
        my ($verb, $body) = ($ARGV[0], '');
        if ($verb ne 'DELETE') { open my $file, '<', 'infra.txt' or die "infra.txt: $!"; local $/; $body = <$file>; }
        my $peer = IO::Socket::INET->new('127.0.0.1:PORT') or die "the cloud is out of reach: $!\n";
        print $peer "$verb /$ENV{HEADWAY_ENVIRONMENT} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: " . length($body) . "\r\nConnection: close\r\n\r\n$body";
        my $first = <$peer>;
        $first =~ / 200 / or die "the cloud answers $first";
        """;

    private readonly HttpListener _door = new();
    private readonly Task _answers;

    public Cloud()
    {
        using (var free = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Port = ((IPEndPoint)free.LocalEndPoint!).Port;
        }
        _door.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _door.Start();
        _answers = Task.Run(AnswerAsync);
    }

    public int Port { get; }

    /// <summary>What is there now, by environment.</summary>
    public ConcurrentDictionary<string, string> There { get; } = new();

    /// <summary>What was put there, in order.</summary>
    public ConcurrentQueue<string> Put { get; } = new();

    public string Script => Client.Replace("PORT", $"{Port}", StringComparison.Ordinal);

    public void Dispose()
    {
        _door.Close();
        _answers.Wait();
    }

    private async Task AnswerAsync()
    {
        while (true)
        {
            HttpListenerContext asked;
            try { asked = await _door.GetContextAsync(); }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException) { return; }
            using var body = new StreamReader(asked.Request.InputStream, Encoding.UTF8);
            var (name, text) = (asked.Request.Url!.AbsolutePath.Trim('/'), (await body.ReadToEndAsync()).Trim());
            asked.Response.StatusCode = asked.Request.HttpMethod switch
            {
                "PUT" => Keep(name, text),
                "GET" => There.GetValueOrDefault(name) == text ? 200 : 409,
                "DELETE" => There.TryRemove(name, out _) ? 200 : 404,
                _ => 405,
            };
            asked.Response.Close();
        }
    }

    private int Keep(string name, string text)
    {
        Put.Enqueue(text);
        // Half of it is there: what fails leaves something behind.
        There[name] = text.Contains("broken", StringComparison.Ordinal) ? "half" : text;
        return text.Contains("broken", StringComparison.Ordinal) ? 500 : 200;
    }
}
