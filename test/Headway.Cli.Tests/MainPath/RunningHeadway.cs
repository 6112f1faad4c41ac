using System.Diagnostics;
using Headway.Cli.Api;
using Headway.Core.Rollouts;
using Headway.Node.Control;
using Headway.Server.Rollouts;
using Headway.Server.Status;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>Server, node and runner as processes, each of which may be killed and started again.</summary>
internal sealed class RunningHeadway : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private readonly Folder _folder = new();
    private readonly Dictionary<string, Process> _processes = [];
    private string _url = "http://127.0.0.1:0";
    private ApiClient? _api;

    private RunningHeadway()
    {
        // Instances and jobs run as other users when root starts them, and they have to get through.
        File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.GroupExecute
            | UnixFileMode.OtherExecute);
    }

    public string Data => _folder.Path;

    public ApiClient Api => _api!;

    public static async Task<RunningHeadway> StartAsync(Greeter greeter)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Nodes need Linux.");
        if (!File.Exists("/usr/bin/perl")) Assert.Skip("The service under test is written in Perl, which is not here.");
        var headway = new RunningHeadway();
        try
        {
            await headway.StartServerAsync();
            var token = await headway.NodeTokenAsync();
            headway.Start("node", "--name", "local", "--token-file", token);
            headway.Start("runner", "--name", "local", "--token-file", token);
            await headway.Api.PostAsync("api/v1/services", new { source = greeter.Source, branch = "main" }, default);
            return headway;
        }
        catch
        {
            await headway.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL: it has no time to say good-bye.</summary>
    public async Task KillAsync(string name)
    {
        _processes.Remove(name, out var process);
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>On the same data, and on the same port from the second time on.</summary>
    public async Task StartServerAsync()
    {
        var file = Path.Combine(Data, ServerAddress.StateFile);
        File.Delete(file);
        Start("server", "--listen", _url, "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0");
        await UntilAsync("the server is ready", () => File.Exists(file) && File.ReadAllText(file).EndsWith('}'));
        var address = ServerAddress.FromFile(file);
        _url = address.Address.GetLeftPart(UriPartial.Authority);
        _api ??= new(address);
    }

    public void StartNode() =>
        Start("node", "--name", "local", "--token-file", Path.Combine(Data, "node.token"));

    public Task<Ran> CommandAsync(params string[] arguments) =>
        RunningProgram.CommandAsync([.. arguments, "--data", Data]);

    public Task<Ran> CommandWithAsync(string input, params string[] arguments) =>
        RunningProgram.CommandWithAsync(input, [.. arguments, "--data", Data]);

    public async Task<LaneView?> ProductionAsync() =>
        (await Api.GetAsync<StatusView>("api/v1/status", default)).Services.SelectMany(service => service.Lanes)
            .FirstOrDefault(lane => lane.Environment == "production");

    /// <summary>The rollout of a version, once the condition holds for it.</summary>
    public async Task<RolloutState> RolloutAsync(
        int version, string what, Func<RolloutState, bool> isSo, string environment = "production",
        TimeSpan? within = null)
    {
        RolloutState? found = null;
        await UntilAsync($"the rollout of version {version} in {environment} {what}", async () =>
        {
            var rollouts = await Api.GetAsync<RolloutView[]>($"api/v1/rollouts?environment={environment}", default);
            found = rollouts.Select(view => view.State).FirstOrDefault(
                state => state.Candidate.StartsWith($"{Greeter.Name}-{version}-", StringComparison.Ordinal));
            return found is not null && isSo(found);
        }, within);
        return found!;
    }

    public Task<RolloutState> EndedAsync(int version, TimeSpan? within = null) =>
        RolloutAsync(version, "ends", rollout => rollout.End is not null, within: within);

    /// <summary>For what has to be watched for longer than other tests take.</summary>
    public async Task<RolloutState> EndedLateAsync(int version, TimeSpan limit)
    {
        RolloutState? last = null;
        for (var began = Stopwatch.GetTimestamp(); ;)
            try
            {
                return await RolloutAsync(version, "ends", rollout => (last = rollout).End is not null);
            }
            catch (TimeoutException) when (Stopwatch.GetElapsedTime(began) < limit)
            {
                // The rollout is still being watched.
                Assert.NotNull(last);
            }
    }

    public Task UntilAsync(string what, Func<bool> isSo) => UntilAsync(what, () => Task.FromResult(isSo()));

    /// <summary>The limit only ends a test that would hang, and then tells what could be seen.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> isSo, TimeSpan? within = null)
    {
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(50))
        {
            try
            {
                if (await isSo()) return;
            }
            catch (Exception away) when (away is CliException or HttpRequestException or IOException)
            {
                // A server that was killed does not answer until it is started again.
            }
            if (Stopwatch.GetElapsedTime(began) > (within ?? Limit))
                throw new TimeoutException($"It did not come true that {what}.\n{await SeenAsync()}");
        }
    }

    /// <summary>Stops everything and opens what the server has kept.</summary>
    public async Task<WholeRecord> StopAsync()
    {
        await EndProcessesAsync();
        return await WholeRecord.ReadAsync(Path.Combine(Data, "server"));
    }

    public async ValueTask DisposeAsync()
    {
        await EndProcessesAsync();
        _api?.Dispose();
        _folder.Dispose();
    }

    private async Task EndProcessesAsync()
    {
        foreach (var name in _processes.Keys.ToList()) await KillAsync(name);
        await ControlProgram.StopAllAsync(Path.Combine(Data, "node"));
    }

    private void Start(string name, params string[] arguments) =>
        _processes.Add(name, RunningProgram.Start(LogOf(name), [name, .. arguments, "--data", Data]));

    private async Task<string> NodeTokenAsync()
    {
        var made = await Api.PostAsync(
            "api/v1/tokens", new { name = "local", scope = "node", node = "local" }, default);
        var file = Path.Combine(Data, "node.token");
        await File.WriteAllTextAsync(file, made.GetProperty("secret").GetString());
        return file;
    }

    private string LogOf(string name) => Path.Combine(Data, $"{name}.log");

    private async Task<string> SeenAsync()
    {
        var status = await CommandAsync("status");
        var rollouts = await CommandAsync("rollouts", "list");
        var logs = new[] { "server", "node", "runner" }.Where(name => File.Exists(LogOf(name)))
            .Select(name => $"--- {name}\n{string.Join('\n', File.ReadLines(LogOf(name)).TakeLast(15))}");
        return $"{status.Out}{status.Error}{rollouts.Out}{string.Join('\n', logs)}";
    }
}
