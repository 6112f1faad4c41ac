using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Headway.Cli.Tests.Probes;

/// <summary>`headway probe run` against a real server.</summary>
public sealed class ProbeCommandTests : IDisposable
{
    private readonly Folder folder = new();
    private readonly HttpListener listener = new();
    private readonly string url;

    public ProbeCommandTests()
    {
        using var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        free.Start();
        url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        free.Stop();
        listener.Prefixes.Add(url);
        listener.Start();
        _ = AnswerAsync();
        folder.Write("headway.yaml", """
            service: shop
            run: { command: ./run }
            evidence:
              front-page: { probe: / }
              port: { probe: tcp }
              buy:
                journey:
                  - get: /products
                    extract: { id: "$.id" }
                  - get: /cart/{id}
                    expect: { json: { "$.id": 8 } }
              memory: { instances: memory }
            """);
    }

    [Fact]
    public async Task Each_step_is_shown_and_a_step_that_fails_is_the_exit_code()
    {
        var ran = await Ran.Headway("probe", "run", "--url", url, "--file", folder.Path);
        Assert.Equal(ExitCode.No, ran.ExitCode);
        Assert.Matches(@"front-page\n  1\. GET /: 200 in \d+ ms\n", ran.Out);
        Assert.Matches(@"port\n  1\. tcp: - in \d+ ms\n", ran.Out);
        Assert.Matches(@"buy\n  1\. GET /products: 200 in \d+ ms\n  2\. GET /cart/\{id\}: 200 in \d+ ms, \$\.id is 7 instead of 8\n",
            ran.Out);
        Assert.Equal(ExitCode.Ok, (await Ran.Headway("probe", "run", "front-page", "--url", url, "--file", folder.Path)).ExitCode);
    }

    [Fact]
    public async Task With_json_it_is_one_value()
    {
        var ran = await Ran.Headway("probe", "run", "buy", "--url", url, "--file", folder.Path, "--json");
        using var json = JsonDocument.Parse(ran.Out);
        var end = json.RootElement[0];
        Assert.Equal(("buy", false), (end.GetProperty("name").GetString(), end.GetProperty("good").GetBoolean()));
        Assert.Equal("$.id is 7 instead of 8", end.GetProperty("steps")[1].GetProperty("failure").GetString());
        Assert.Equal(ExitCode.No, ran.ExitCode);
    }

    [Fact]
    public async Task What_cannot_be_run_is_said()
    {
        var unknown = await Ran.Headway("probe", "run", "bye", "--url", url, "--file", folder.Path);
        Assert.Equal(ExitCode.NotFound, unknown.ExitCode);
        Assert.Contains("There are: front-page, port, buy.", unknown.Error);
        Assert.Equal(ExitCode.Usage, (await Ran.Headway("probe", "run", "--url", "shop", "--file", folder.Path)).ExitCode);
    }

    public void Dispose()
    {
        listener.Close();
        folder.Dispose();
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var asked = await listener.GetContextAsync();
                await asked.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes("""{"id":7}"""));
                asked.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
