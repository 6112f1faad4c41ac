using System.Net;
using System.Text;
using Headway.Cli.Scans;
using Xunit;

namespace Headway.Cli.Tests.Scans;

/// <summary>Package sources on a real socket: one that has advisories, and mirrors that have none.</summary>
public sealed class AdvisorySourcesTests : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Dictionary<string, string> pages = [];
    private readonly string url;

    public AdvisorySourcesTests()
    {
        using var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        free.Start();
        url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        free.Stop();
        listener.Prefixes.Add(url);
        listener.Start();
        _ = AnswerAsync();
    }

    [Fact]
    public async Task A_nuget_source_counts_only_when_it_has_advisories_and_not_because_it_answers()
    {
        var listed = $$"""{ "version": 1, "sources": [ "{{url}}index.json" ], "projects": [] }""";
        pages["/index.json"] = """{ "resources": [ { "@id": "x", "@type": "PackageBaseAddress/3.0.0" } ] }""";
        Assert.Contains("offers none", await AdvisorySources.WhyNoneForNuGetAsync(listed, default));
        pages["/index.json"] = $$"""{ "resources": [ { "@id": "{{url}}v.json", "@type": "VulnerabilityInfo/6.7.0" } ] }""";
        pages["/v.json"] = "[]";
        Assert.Contains("empty list", await AdvisorySources.WhyNoneForNuGetAsync(listed, default));
        pages["/v.json"] = $$"""[ { "@id": "{{url}}base.json" } ]""";
        pages["/base.json"] = """{ "newtonsoft.json": [ { "severity": 2 } ] }""";
        Assert.Null(await AdvisorySources.WhyNoneForNuGetAsync(listed, default));
        Assert.NotNull(await AdvisorySources.WhyNoneForNuGetAsync("no json", default));
        Assert.NotNull(await AdvisorySources.WhyNoneForNuGetAsync("""{ "sources": [ "/a/folder" ] }""", default));
    }

    [Fact]
    public async Task An_npm_registry_must_know_what_everybody_knows()
    {
        Assert.Contains("answers 404", await AdvisorySources.WhyNoneForNpmAsync(url, default));
        pages["/-/npm/v1/security/advisories/bulk"] = "{}";
        Assert.Contains("lodash 4.17.4", await AdvisorySources.WhyNoneForNpmAsync(url, default));
        pages["/-/npm/v1/security/advisories/bulk"] = """{ "lodash": [ { "id": 1 } ] }""";
        Assert.Null(await AdvisorySources.WhyNoneForNpmAsync(url, default));
        Assert.NotNull(await AdvisorySources.WhyNoneForNpmAsync("nowhere", default));
    }

    public void Dispose() => listener.Close();

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                var there = pages.TryGetValue(context.Request.Url!.AbsolutePath, out var page);
                context.Response.StatusCode = there ? 200 : 404;
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(page ?? "{}"));
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
