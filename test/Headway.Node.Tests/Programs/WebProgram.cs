using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Headway.Node.Tests.Programs;

/// <summary>
/// A web server in a hundred lines, without packages, that misbehaves as variables ask: TEST_HEALTH (status),
/// TEST_PORT (listens there instead of PORT), TEST_EXIT_AFTER (milliseconds), TEST_IGNORE_TERM, TEST_CHILD (starts a
/// `sleep` that leaves the session), TEST_EAT_MB (memory), TEST_SPIN (uses a core),
/// TEST_STATUS (of all but the health check), TEST_TELL (writes who asks).
/// </summary>
public static class WebProgram
{
    public static async Task<int> RunAsync()
    {
        var port = int.Parse(Of("TEST_PORT") ?? Of("PORT")!);
        using var stopped = new CancellationTokenSource();
        using var term = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
            {
                signal.Cancel = true;
                if (Of("TEST_IGNORE_TERM") is null) stopped.Cancel();
            });
        if (Of("TEST_CHILD") is { } child) StartChild(child);
        if (Of("TEST_SPIN") is not null) _ = Task.Run(() => { while (true) { } });
        Console.WriteLine($"serving release {Of("HEADWAY_RELEASE_ID")} on {port}");
        Console.Error.WriteLine("a line for stderr");
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(512);
        var eaten = Eat();
        if (Of("TEST_EXIT_AFTER") is { } milliseconds)
            _ = Task.Delay(int.Parse(milliseconds)).ContinueWith(_ => Environment.Exit(7), TaskScheduler.Default);
        try
        {
            while (true) _ = AnswerAsync(await listener.AcceptTcpClientAsync(stopped.Token));
        }
        catch (OperationCanceledException)
        {
            GC.KeepAlive(eaten);
            return 0;
        }
    }

    private static string? Of(string name) => Environment.GetEnvironmentVariable(name);

    private static void StartChild(string file)
    {
        using var child = System.Diagnostics.Process.Start("setsid",
            ["sh", "-c", $"echo $$ > {file}; exec sleep 1000"]);
    }

    private static List<byte[]> Eat()
    {
        var eaten = new List<byte[]>();
        for (var i = 0; i < int.Parse(Of("TEST_EAT_MB") ?? "0"); i++)
        {
            var block = new byte[1024 * 1024];
            Array.Fill(block, (byte)i);
            eaten.Add(block);
        }
        return eaten;
    }

    private static async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var reader = new StreamReader(stream, Encoding.ASCII);
            while (await reader.ReadLineAsync() is { Length: > 0 } request)
            {
                var close = false;
                while (await reader.ReadLineAsync() is { Length: > 0 } header)
                {
                    close |= header.Equals("connection: close", StringComparison.OrdinalIgnoreCase);
                    if (Of("TEST_TELL") is not null) Console.WriteLine($"{request} {header}");
                }
                await AnswerAsync(stream, request.Split(' ')[1]);
                if (close) return;
            }
        }
    }

    private static async Task AnswerAsync(NetworkStream stream, string path)
    {
        if (path.StartsWith("/slow", StringComparison.Ordinal)) await Task.Delay(1500);
        var status = path == "/healthz" ? Of("TEST_HEALTH") ?? Health() : path == "/die" ? Die() : Of("TEST_STATUS") ?? "200";
        var body = path == "/environment"
            ? string.Join('\n', Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
                .Select(pair => $"{pair.Key}={pair.Value}"))
            : $"{Of("HEADWAY_RELEASE_ID")} {Of("HEADWAY_INSTANCE")} {Environment.ProcessId} {Environment.CurrentDirectory}";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status} X\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
    }

    /// <summary>A file in the work folder changes the answer while the program runs.</summary>
    private static string Health()
    {
        var file = Path.Combine(Of("HOME") ?? "/", "health");
        return File.Exists(file) ? File.ReadAllText(file).Trim() : "200";
    }

    private static string Die()
    {
        Environment.Exit(9);
        return "";
    }
}
