using Headway.Server.Host;
using Headway.Server.Tests.Signals;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Headway.Cli.Tests.Evidence;

/// <summary>What a person runs before trusting a source, and how the server gets to know it.</summary>
public sealed class EvidenceCheckTests : IAsyncLifetime
{
    private readonly Folder _folder = new();
    private WebApplication _server = null!;

    public async ValueTask InitializeAsync() => _server = await HeadwayServer.StartAsync(
        new() { DataFolder = Path.Combine(_folder.Path, "server"), Url = "http://127.0.0.1:0" }, default);

    [Fact]
    public async Task Every_source_is_asked_now_by_the_server_and_what_came_is_shown()
    {
        await using var prometheus = await RealPrometheus.StartAsync("  []");
        var added = await HeadwayAsync("connections", "add", "main", "--url", prometheus.Url);
        Assert.True(added.ExitCode == ExitCode.Ok, added.Error);
        Assert.Contains("main                 prometheus   " + prometheus.Url, added.Out);
        Assert.Contains("answers.", (await HeadwayAsync("connections", "test", "main")).Out);

        var file = _folder.Write("headway.yaml", $$"""
            service: shop
            run: { command: ./shop }
            evidence:
              depth: { prometheus: main, gauge: 'label_replace(vector(7), "release", "$release", "", "")' }
              payments: { prometheus: main, bad: 'failed{r="$release"}', total: 'all{r="$release"}' }
              memory: { instances: memory }
            """);
        var found = await HeadwayAsync("evidence", "check", file);
        Assert.True(found.ExitCode == ExitCode.Ok, found.Error + found.Out);
        Assert.Contains("No release of shop is known here, so it was asked about shop-0-0000000", found.Out);
        Assert.Contains("label_replace(vector(7), \"release\", \"shop-0-0000000\", \"\", \"\")", found.Out);
        Assert.Contains("1 values: 7", found.Out);
        Assert.Contains("failed{r=\"shop-0-0000000\"}", found.Out);
        Assert.Contains("no series", found.Out);

        Assert.Equal(ExitCode.Ok, (await HeadwayAsync("connections", "remove", "main")).ExitCode);
        var gone = await HeadwayAsync("evidence", "check", file);
        Assert.Equal(ExitCode.No, gone.ExitCode);
        Assert.Contains("cannot be asked: the server has no connection `main`", gone.Out);
    }

    [Fact]
    public async Task A_file_that_is_wrong_is_told_with_its_places_and_nothing_is_asked()
    {
        var file = _folder.Write("headway.yaml", """
            service: shop
            run: { command: ./shop }
            evidence:
              depth: { prometheus: main, gauge: queue_depth }
            """);
        var found = await HeadwayAsync("evidence", "check", file);
        Assert.Equal(ExitCode.No, found.ExitCode);
        Assert.Contains($"{file}:4:37: `gauge` covers the whole service", found.Out);
    }

    [Fact]
    public async Task Secrets_are_read_from_files_and_shown_to_nobody()
    {
        var secret = _folder.Write("token", "s3cret-of-mine\n");
        var added = await HeadwayAsync(
            "connections", "add", "dd", "--kind", "datadog", "--url", "https://api.datadoghq.com", "--api-key-file", secret,
            "--application-key-file", secret);
        Assert.True(added.ExitCode == ExitCode.Ok, added.Error);
        Assert.Contains("header DD-API-KEY, DD-APPLICATION-KEY", added.Out);
        var listed = await HeadwayAsync("connections", "list", "--json");
        Assert.DoesNotContain("s3cret", added.Out + listed.Out);
        var kept = _folder.Read("server/connections/dd.json");
        Assert.Contains("sealed", kept);
        Assert.DoesNotContain("s3cret", kept);
        var half = await HeadwayAsync(
            "connections", "add", "x", "--kind", "datadog", "--url", "https://api.datadoghq.com", "--api-key-file", secret);
        Assert.Equal(ExitCode.Usage, half.ExitCode);
        Assert.Contains("--api-key-file and --application-key-file belong together", half.Error);
        var insecure = await HeadwayAsync("connections", "add", "y", "--url", "https://127.0.0.1", "--insecure");
        Assert.Contains("INSECURE", insecure.Out);
        Assert.Equal(ExitCode.NotFound, (await HeadwayAsync("connections", "test", "nobody")).ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private Task<Ran> HeadwayAsync(params string[] arguments) => Ran.Headway([
        .. arguments, "--server", _server.Urls.Single(), "--token-file",
        Path.Combine(_folder.Path, "server", global::Headway.Server.Access.Tokens.AdminFile)]);
}
