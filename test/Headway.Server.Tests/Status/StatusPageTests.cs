using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Headway.Server.Status.Page;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Headway.Server.Tests.Status;

public sealed partial class StatusPageTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapStatusPage();
        await _app.StartAsync();
        _http.BaseAddress = new(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Every_file_comes_with_its_type_and_a_policy_that_allows_only_our_own_files()
    {
        foreach (var address in StatusPage.Files.Keys.Select(name => name == "page.html" ? "/" : $"/page/{name}"))
        {
            using var answer = await _http.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'", policy);
            Assert.Contains("require-trusted-types-for 'script'", policy);
            Assert.DoesNotContain("unsafe", policy);
            Assert.DoesNotContain("http", policy);
        }
        using var page = await _http.GetAsync("/");
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public void Everything_that_a_file_refers_to_is_there_and_nothing_comes_from_elsewhere()
    {
        foreach (var (name, bytes) in StatusPage.Files)
        {
            var text = Encoding.UTF8.GetString(bytes);
            foreach (Match match in References().Matches(text))
            {
                var target = match.Groups[1].Value;
                Assert.True(StatusPage.Files.ContainsKey(target), $"{name} refers to {target}, which is not there.");
            }
            Assert.DoesNotContain(
                Elsewhere().Matches(text), m => !m.Value.Contains("www.w3.org", StringComparison.Ordinal));
        }
    }

    /// <summary>The policy forbids these as well; here it is said which file tried.</summary>
    [Fact]
    public void No_file_turns_text_into_markup_or_carries_inline_script()
    {
        foreach (var (name, bytes) in StatusPage.Files)
        {
            var found = Markup().Match(Encoding.UTF8.GetString(bytes));
            Assert.False(found.Success, $"{name} uses {found.Value}.");
        }
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        using var first = await _http.GetAsync("/page/page.css");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/page/page.css");
        again.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(first.Headers.ETag!.Tag));
        using var second = await _http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    /// <summary>Runs the page's own functions, also against a commit subject that tries to be markup.</summary>
    [Fact]
    public async Task The_picture_is_described_right_and_hostile_text_stays_text()
    {
        var folder = Directory.CreateTempSubdirectory("headway-page-");
        try
        {
            foreach (var (name, bytes) in StatusPage.Files)
                await File.WriteAllBytesAsync(Path.Combine(folder.FullName, name), bytes);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "package.json"), """{"type":"module"}""");
            const string stories = "stories.mjs";
            var ours = Path.Combine(AppContext.BaseDirectory, "Status", stories);
            File.Copy(ours, Path.Combine(folder.FullName, stories));
            var (code, output) = await NodeAsync(folder.FullName, stories);
            Assert.True(code == 0, output);
            Assert.EndsWith("stories hold", output.TrimEnd());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(int Code, string Output)> NodeAsync(string folder, string script)
    {
        var start = new ProcessStartInfo("node", [script])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        try
        {
            using var node = Process.Start(start)!;
            var output = node.StandardOutput.ReadToEndAsync();
            var errors = node.StandardError.ReadToEndAsync();
            await node.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
            return (node.ExitCode, await errors + await output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("node is not installed, so the page's functions cannot be run here.");
            return default;
        }
    }

    [GeneratedRegex("""(?:from '\./|(?:src|href)="/page/|url\()([\w.]+)""")]
    private static partial Regex References();

    [GeneratedRegex("""(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}""")]
    private static partial Regex Elsewhere();

    [GeneratedRegex(
        """innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|\son\w+="|<script>|style=""")]
    private static partial Regex Markup();
}
