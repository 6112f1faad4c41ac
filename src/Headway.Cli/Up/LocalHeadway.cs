using System.Diagnostics;
using Headway.Cli.Api;
using Headway.Cli.Processes;

namespace Headway.Cli.Up;

/// <summary>Server, node and runner on this machine, each a process of its own, as they would be on several.</summary>
internal sealed class LocalHeadway : IAsyncDisposable
{
    private const string Node = "local";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30), StopLimit = TimeSpan.FromSeconds(20);
    private readonly string _data;
    private readonly List<(string Name, Process Process)> _processes = [];

    private LocalHeadway(string data) => _data = data;

    public ServerAddress Server { get; private set; } = null!;

    public IReadOnlyList<(string Name, Process Process)> Processes => _processes;

    /// <param name="otlp">Options of the server that say where telemetry is received.</param>
    public static async Task<LocalHeadway> StartAsync(
        string data, string listen, string[] otlp, CancellationToken stop)
    {
        Directory.CreateDirectory(data);
        var local = new LocalHeadway(data);
        try
        {
            await local.StartServerAsync(listen, otlp, stop);
            var token = await local.NodeTokenAsync(stop);
            local.Start("node", "node", "--name", Node, "--token-file", token);
            local.Start("runner", "runner", "--name", Node, "--token-file", token);
            return local;
        }
        catch
        {
            await local.DisposeAsync();
            throw;
        }
    }

    /// <summary>The server that runs on the folder already, or null.</summary>
    public static async Task<ServerAddress?> RunningAsync(string data, CancellationToken stop)
    {
        var file = Path.Combine(data, ServerAddress.StateFile);
        if (!File.Exists(file)) return null;
        try
        {
            var address = ServerAddress.FromFile(file);
            using var api = new ApiClient(address);
            await api.TextAsync("healthz", stop);
            return address;
        }
        catch (Exception gone) when (gone is CliException or IOException)
        {
            return null;
        }
    }

    public string LogOf(string name) => Path.Combine(_data, $"{name}.log");

    /// <summary>The first process that has ended by itself, or null while all run.</summary>
    public string? Ended() => _processes.FirstOrDefault(p => p.Process.HasExited).Name;

    /// <summary>Stops the node's part first, so that instances end while the server can still be told.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var (_, process) in Enumerable.Reverse(_processes))
        {
            if (!process.HasExited) Process.Start("/bin/kill", ["-TERM", $"{process.Id}"]).Dispose();
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
            process.Dispose();
        }
        _processes.Clear();
        await Headway.Node.Control.ControlProgram.StopAllAsync(Path.Combine(_data, "node"));
    }

    private void Start(string name, params string[] arguments) =>
        _processes.Add((name, SelfStart.Start(LogOf(name), [.. arguments, "--data", _data])));

    private async Task StartServerAsync(string listen, string[] otlp, CancellationToken stop)
    {
        var file = Path.Combine(_data, ServerAddress.StateFile);
        File.Delete(file);
        Start("server", ["server", "--listen", listen, .. otlp]);
        var waited = Stopwatch.StartNew();
        while (!File.Exists(file) || new FileInfo(file).Length == 0)
        {
            if (_processes[0].Process.HasExited || waited.Elapsed > StartLimit)
                throw new CliException(ExitCode.No, "The server did not start.",
                    $"{LastLine("server")} See {LogOf("server")}.");
            await Task.Delay(20, stop);
        }
        Server = ServerAddress.FromFile(file);
    }

    /// <summary>A token that may only speak for this node, made once and kept beside its data.</summary>
    private async Task<string> NodeTokenAsync(CancellationToken stop)
    {
        var file = Path.Combine(_data, "node.token");
        if (File.Exists(file)) return file;
        using var api = new ApiClient(Server);
        var made = await api.PostAsync("api/v1/tokens", new { name = "local node", scope = "node", node = Node }, stop);
        await using (var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        await using (var writer = new StreamWriter(stream))
            await writer.WriteAsync(made.GetProperty("secret").GetString());
        return file;
    }

    private string LastLine(string name) =>
        File.Exists(LogOf(name)) ? File.ReadLines(LogOf(name)).LastOrDefault(l => l.Length > 0) ?? "" : "";
}
