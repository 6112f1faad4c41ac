using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Node.Jobs;
using Headway.Server.Host;
using Headway.Server.Journal;
using Headway.Server.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Headway.Cli.Tests.Pipelines;

/// <summary>`headway runs`, `templates`, `requirements` and `validate` against a real server with a real runner.</summary>
public sealed class RunsTests : IAsyncLifetime
{
    private const string Template = """
        template: page
        version: 1.2.0
        parameters: { word: { default: hello } }
        build:
          package: { run: "echo ${{ word }} > out", artifact: out }
        """;

    private const string Yaml = """
        service: shop
        build:
          use: page@1
          tagged: { run: "false", when: "event == 'tag'" }
          test: { run: "test $mode = fast || test ! -e broken", matrix: { mode: [fast, slow] }, needs: package }
        run: { command: ./out }
        """;

    private readonly Folder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private WebApplication _server = null!;
    private Task _runner = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        var data = Path.Combine(_folder.Path, "data");
        _server = await HeadwayServer.StartAsync(new()
        {
            DataFolder = data, Url = "http://127.0.0.1:0", OtlpHttp = "off", OtlpGrpc = "off",
            PollEvery = TimeSpan.FromMilliseconds(100),
        }, default);
        using var http = Client();
        using var made = await http.PostAsJsonAsync(
            $"{Address}/api/v1/tokens", new { name = "runner", scope = "node", node = "r1" }, Wire.Json);
        var secret = (await made.Content.ReadFromJsonAsync<JsonElement>(Wire.Json)).GetProperty("secret").GetString()!;
        var options = new RunnerOptions(new(Address + "/"), _folder.Write("node.token", secret), "r1", Path.Combine(_folder.Path, "runner"));
        _runner = RunnerProgram.RunAsync(options, NullLogger.Instance, _stop.Token);
    }

    [Fact]
    public async Task From_a_template_to_a_run_that_is_shown_restarted_and_required_more_of()
    {
        Assert.Contains("`use: page@1`", (await HeadwayAsync("templates", "add", _folder.Write("page.yaml", Template))).Out);
        Assert.Contains("page@1.2.0", (await HeadwayAsync("templates", "list")).Out);
        Assert.Contains("echo ${{ word }}", (await HeadwayAsync("templates", "show", "page@1")).Out);
        var repository = Repository();
        Assert.Contains("is right", (await HeadwayAsync("validate", Path.Combine(repository.Path, "headway.yaml"))).Out);
        await RegisterAsync(repository.Path);

        var watched = await HeadwayAsync("runs", "watch", "shop-1");
        Assert.Equal(1, watched.ExitCode);
        Assert.Contains("! test (mode=slow): failed", watched.Out);
        var shown = await HeadwayAsync("runs", "show");
        Assert.Contains("template page@1.2.0", shown.Out);
        Assert.Contains("- tagged: skipped. Its `when` does not hold: event == 'tag'", shown.Out);
        Assert.Contains("    + test (mode=fast): done", shown.Out);
        Assert.Contains("Failed: Job test (mode=slow) failed", (await HeadwayAsync("runs", "list")).Out);
        Assert.Contains("tagged was skipped, so it wrote nothing.", (await HeadwayAsync("logs", "shop-1/tagged")).Error);
        Assert.Contains("`headway runs show RUN`", (await HeadwayAsync("logs", "shop-1/tset")).Error);

        Assert.Equal(0, (await HeadwayAsync("runs", "restart", "shop-1", "test")).ExitCode);
        Assert.Equal(1, (await HeadwayAsync("runs", "watch", "shop-1")).ExitCode);
        var run = JsonSerializer.Deserialize<RunState>((await HeadwayAsync("runs", "show", "shop-1", "--json")).Out, Wire.Json)!;
        Assert.Equal([1, 2], run.Jobs.Where(job => job.Name.StartsWith("test", StringComparison.Ordinal)).Select(job => job.Attempt));
        Assert.Equal(ExitCode.Refused, (await HeadwayAsync("runs", "cancel", "shop-1")).ExitCode);

        var set = await HeadwayAsync("requirements", "set",
            _folder.Write("r.yaml", "requirements: { basics: { availability: 99%, jobs: [tagged] } }"));
        Assert.Contains("Requirement basics: no availability is promised", set.Out);
        Assert.Equal(1, (await HeadwayAsync("requirements", "check", "shop")).ExitCode);
        Assert.Contains("may be skipped", (await HeadwayAsync(
            "validate", Path.Combine(repository.Path, "headway.yaml"))).Out);
        File.Delete(Path.Combine(repository.Path, "broken"));
        repository.Commit("Second");
        var ledger = _server.Services.GetRequiredService<Ledger>();
        await Wait.UntilAsync(() => ledger.Service("shop")?.Refused is not null);
        Assert.Contains("unblocked by: A commit without that; or, when it has been made good elsewhere, `headway run shop`.",
            (await HeadwayAsync("why", "shop")).Out);
        Assert.Equal(0, (await HeadwayAsync("requirements", "set", "-")).ExitCode);
        Assert.Contains("Nothing is required.", (await HeadwayAsync("requirements", "show")).Out);

        Assert.Equal(0, (await HeadwayAsync("templates", "remove", "page@1.2.0", "--reason", "old")).ExitCode);
        Assert.Contains("there is no template `page`", (await HeadwayAsync(
            "validate", Path.Combine(repository.Path, "headway.yaml"))).Out);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _runner;
        await _server.DisposeAsync();
        _stop.Dispose();
        _folder.Dispose();
    }

    private string Address => _server.Urls.First().TrimEnd('/');

    private string Token => Path.Combine(_folder.Path, "data", "admin.token");

    private Task<Ran> HeadwayAsync(params string[] args) =>
        Ran.Headway([.. args, "--server", Address, "--token-file", Token]);

    private HttpClient Client() => new()
    {
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(Token).Trim()) },
    };

    private static Folder Repository()
    {
        var repository = Folder.Repository(("headway.yaml", Yaml), ("broken", ""));
        repository.Git("add", "--all");
        repository.Git("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "--quiet", "-m", "First");
        return repository;
    }

    private async Task RegisterAsync(string source)
    {
        using var http = Client();
        var answer = await http.PostAsJsonAsync($"{Address}/api/v1/services", new { source }, Wire.Json);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var runs = _server.Services.GetRequiredService<RunBook>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        for (var next = runs.Changed.Next; runs.Find("shop-1") is null; next = runs.Changed.Next)
            if (runs.Find("shop-1") is null) await next.WaitAsync(limit.Token);
    }
}
