using System.Diagnostics;
using Headway.Cli.Api;
using Headway.Cli.Tests.MainPath;
using Headway.Core.Pacts;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Server.Pacts;
using Xunit;

namespace Headway.Cli.Tests.Pacts;

/// <summary>Server and runner as processes, a consumer's repository and a provider's: the job of `provider` in its sandbox.</summary>
public sealed class VerifyJobTests : IAsyncDisposable
{
    private readonly Folder data = new();
    private readonly List<Process> processes = [];
    private ApiClient api = null!;

    [Fact]
    public async Task A_provider_is_verified_against_its_consumers_in_the_sandbox_and_can_be_deployed_only_where_it_was()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/perl")) Assert.Skip("It needs Linux and Perl.");
        await StartAsync();
        using var front = Repository(("headway.yaml", """
            service: front
            build:
              package: { run: "mkdir -p out && touch out/x", artifact: out, contracts: "pacts/*.json" }
            run: { command: ./out/serve }
            release: { production: {} }
            """), ("pacts/front-shelf.json", Shelf.Pact()));
        await CarryAsync(front);
        var consumer = (await EndedAsync("front-1")).Release!;

        using var shelf = Repository(("headway.yaml", """
            service: shelf
            build:
              package: { run: "mkdir -p out && cp shelf.pl out/", artifact: out }
              contracts: { needs: package, provider: { run: exec perl out/shelf.pl, health: /healthz, states: /_pact/states } }
            run: { command: ./out/serve }
            release: { production: {} }
            """), ("shelf.pl", Shelf.Program("""{"id":1,"price":7}""")));
        await CarryAsync(shelf);
        var kept = await EndedAsync("shelf-1");
        Assert.True(kept.Outcome is RunOutcome.Succeeded, kept.Says + await LogAsync("shelf-1"));
        Assert.Equal(ResultKind.Contracts, Assert.Single(kept.Job("contracts")!.Results).Kind);

        // The consumer may go where this provider runs; the provider is asked for through its own side as well.
        var pact = Assert.Single(await api.GetAsync<PactToVerify[]>("api/v1/contracts/shelf/consumers", default));
        Assert.Equal((consumer.Id, true), (pact.Version, pact.IsPending));
        Assert.False((await api.GetAsync<CanDeploy>("api/v1/contracts/shelf/can-i-deploy?to=production", default)).Decision.Blocks);

        // Nobody runs the consumer yet, so a provider that breaks it is told so and goes on.
        shelf.Write("shelf.pl", Shelf.Program("""{"id":1,"price":"dear"}"""));
        shelf.Commit("Dear");
        var broken = await EndedAsync("shelf-2");
        Assert.True(broken.Outcome is RunOutcome.Succeeded, broken.Says);
        Assert.Contains("broken, but it runs nowhere yet: front", await LogAsync("shelf-2"));
        Assert.Contains("$.price: expected a number, was \"dear\"", await LogAsync("shelf-2"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        api?.Dispose();
        data.Dispose();
    }

    private static Folder Repository(params (string, string)[] files)
    {
        var repository = Folder.Repository(files);
        repository.Git("symbolic-ref", "HEAD", "refs/heads/main");
        repository.Commit("First");
        return repository;
    }

    private async Task StartAsync()
    {
        File.SetUnixFileMode(data.Path, File.GetUnixFileMode(data.Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var state = Path.Combine(data.Path, ServerAddress.StateFile);
        processes.Add(RunningProgram.Start(Path.Combine(data.Path, "server.log"),
            "server", "--listen", "http://127.0.0.1:0", "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0", "--data", data.Path));
        await UntilAsync("the server is ready", () => Task.FromResult(File.Exists(state) && File.ReadAllText(state).EndsWith('}')));
        api = new(ServerAddress.FromFile(state));
        var made = await api.PostAsync("api/v1/tokens", new { name = "local", scope = "node", node = "local" }, default);
        var token = data.Write("node.token", made.GetProperty("secret").GetString()!);
        processes.Add(RunningProgram.Start(Path.Combine(data.Path, "runner.log"), "runner", "--name", "local", "--token-file", token, "--data", data.Path));
    }

    private Task<System.Text.Json.JsonElement> CarryAsync(Folder repository) =>
        api.PostAsync("api/v1/services", new { source = repository.Path, branch = "main" }, default);

    private async Task<RunState> EndedAsync(string id)
    {
        RunState? run = null;
        await UntilAsync($"{id} ends", async () => (run = (await api.GetAsync<RunState[]>("api/v1/runs", default))
            .FirstOrDefault(each => each.Id == id)) is { IsOpen: false });
        // The pipeline knows of a release a moment before everybody does.
        if (run!.Release is { } release)
            await UntilAsync($"{release.Id} is known", async () => (await api.GetAsync<Release[]>(
                $"api/v1/releases?service={release.Service}", default)).Any(each => each.Id == release.Id));
        return run;
    }

    private Task<string> LogAsync(string run) => api.TextAsync($"api/v1/runs/{run}/jobs/contracts/log", default);

    private async Task UntilAsync(string what, Func<Task<bool>> isSo)
    {
        for (var began = Stopwatch.GetTimestamp(); !await isSo(); await Task.Delay(50))
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(90))
                throw new TimeoutException($"It did not come true that {what}.\n" + string.Join('\n',
                    Directory.EnumerateFiles(data.Path, "*.log").SelectMany(File.ReadLines).TakeLast(30)));
    }
}
