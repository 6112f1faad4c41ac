using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core;
using Headway.Node.Control;
using Headway.Server.Host;

namespace Headway.Benchmarks.Server;

/// <summary>Server, node and runner on this machine, each a process of its own.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private const string Name = "bench";
    private readonly string _data;
    private readonly List<HeadwayProcess> _processes = [];

    private Installation(string data, HttpClient api) => (_data, Api) = (data, api);

    /// <summary>With the administrator's token.</summary>
    public HttpClient Api { get; }

    public static async Task<Installation> StartAsync(string data, CancellationToken stop)
    {
        var (server, address, _) = await HeadwayProcess.ServerAsync(data, stop);
        var installation = new Installation(data, Client(address));
        installation._processes.Add(server);
        var token = await installation.NodeTokenAsync(stop);
        foreach (var part in new[] { "node", "runner" })
            installation._processes.Add(HeadwayProcess.Start(data, part, part, "--name", Name, "--token-file", token));
        return installation;
    }

    public static HttpClient Client(ServerAddress address) => new()
    {
        BaseAddress = new(address.Address.TrimEnd('/') + "/"),
        DefaultRequestHeaders =
        {
            Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(address.TokenFile).Trim()),
        },
    };

    /// <summary>A token that may only speak for the node.</summary>
    public static async Task<string> NodeTokenAsync(HttpClient api, string node, CancellationToken stop)
    {
        using var made = await api.PostAsJsonAsync(
            "api/v1/tokens", new { name = "bench node", scope = "node", node }, Wire.Json, stop);
        made.EnsureSuccessStatusCode();
        var answer = await made.Content.ReadFromJsonAsync<JsonElement>(Wire.Json, stop);
        return answer.GetProperty("secret").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes)) await process.DisposeAsync();
        Api.Dispose();
        await ControlProgram.StopAllAsync(Path.Combine(_data, "node"));
    }

    private async Task<string> NodeTokenAsync(CancellationToken stop)
    {
        var file = Path.Combine(_data, "node.token");
        await File.WriteAllTextAsync(file, await NodeTokenAsync(Api, Name, stop), stop);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }
}
