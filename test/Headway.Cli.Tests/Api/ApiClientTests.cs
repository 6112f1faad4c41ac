using System.Net;
using System.Text;
using Headway.Cli.Demo;
using Xunit;

namespace Headway.Cli.Tests.Api;

public sealed class ApiClientTests
{
    [Fact]
    public async Task Without_a_server_it_is_said_how_to_start_one()
    {
        using var data = new Folder();
        var ran = await Ran.Headway("status", "--data", data.Path);

        Assert.Equal(3, ran.ExitCode);
        Assert.Contains("No server is known", ran.Error);
        Assert.Contains("Start it with `headway up`", ran.Error);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_told_with_where_its_address_came_from()
    {
        var port = DemoPorts.From(null).Server;
        using var data = new Folder();
        data.Write("server.json", $$"""{ "address": "http://127.0.0.1:{{port}}", "tokenFile": "none", "pid": 1 }""");

        var ran = await Ran.Headway("why", "shop", "--data", data.Path);

        Assert.Equal(3, ran.ExitCode);
        Assert.Contains($"No server answers at http://127.0.0.1:{port}/ (from {data.Path}).", ran.Error);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://x")]
    public async Task An_address_that_is_none_is_a_mistake_of_the_command_line(string address)
    {
        var ran = await Ran.Headway("status", "--server", address);

        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("is no address", ran.Error);
    }

    [Theory]
    [InlineData(401, 3)]
    [InlineData(404, 4)]
    [InlineData(409, 5)]
    [InlineData(400, 2)]
    [InlineData(500, 1)]
    public async Task The_servers_problem_becomes_the_sentence_and_the_exit_code(int status, int exitCode)
    {
        using var server = new HttpListener();
        var address = $"http://127.0.0.1:{DemoPorts.From(null).Server}/";
        server.Prefixes.Add(address);
        server.Start();
        var answering = AnswerAsync(server, status, """{ "title": "T", "detail": "It is so." }""");

        var ran = await Ran.Headway("releases", "--server", address);
        await answering;

        Assert.Equal(exitCode, ran.ExitCode);
        Assert.Contains("It is so.", ran.Error);
    }

    [Fact]
    public async Task The_token_file_is_sent_as_a_bearer()
    {
        using var folder = new Folder();
        var token = folder.Write("token", "secret\n");
        using var server = new HttpListener();
        var address = $"http://127.0.0.1:{DemoPorts.From(null).Server}/";
        server.Prefixes.Add(address);
        server.Start();
        var answering = AnswerAsync(server, 200, "[]");

        var ran = await Ran.Headway("releases", "--server", address, "--token-file", token, "--json");

        Assert.Equal("Bearer secret", await answering);
        Assert.Equal("[]", ran.Out.Trim());
    }

    private static async Task<string?> AnswerAsync(HttpListener server, int status, string body)
    {
        var context = await server.GetContextAsync();
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
        context.Response.Close();
        return context.Request.Headers["Authorization"];
    }
}
