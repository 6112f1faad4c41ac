using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Core.Secrets;

namespace Headway.Node.Control;

/// <summary>The node's way to the server: control dials out, so it works behind NAT and needs no open port.</summary>
internal sealed class ServerLink : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http;
    private readonly string _node;
    private readonly ServerHeard _heard;

    public ServerLink(ControlOptions options, ServerHeard heard)
    {
        _node = Uri.EscapeDataString(options.Node);
        _heard = heard;
        _http = new(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            UseProxy = false,
        })
        {
            BaseAddress = options.Server,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Token);
    }

    /// <summary>Null when nothing newer came within the time.</summary>
    public async Task<DesiredState?> DesiredAsync(long epoch, long after, TimeSpan wait, CancellationToken stop)
    {
        var path = $"node/v1/{_node}/desired?epoch={epoch}&after={after}&wait={(int)wait.TotalSeconds}";
        using var limit = Limit(wait + AnswerLimit, stop);
        using var answer = await _http.GetAsync(path, limit.Token);
        await CheckAsync(answer, "the desired state", limit.Token);
        return answer.StatusCode == HttpStatusCode.NoContent
            ? null
            : await answer.Content.ReadFromJsonAsync<DesiredState>(Wire.Json, limit.Token);
    }

    public Task ReportAsync(NodeReport report, CancellationToken stop) =>
        PostAsync("report", JsonContent.Create(report, options: Wire.Json), stop);

    public Task LogsAsync(IReadOnlyList<LogChunk> chunks, CancellationToken stop) =>
        PostAsync("logs", JsonContent.Create(chunks, options: Wire.Json), stop);

    /// <summary>Values for what is about to start, or to mask what runs.</summary>
    public async Task<SecretsHanded> SecretsAsync(SecretsAsked asked, CancellationToken stop)
    {
        using var answer = await _http.PostAsJsonAsync($"node/v1/{_node}/secrets", asked, Wire.Json, stop);
        await CheckAsync(answer, $"the secrets of {asked.Release}", stop);
        return (await answer.Content.ReadFromJsonAsync<SecretsHanded>(Wire.Json, stop))!;
    }

    public Task EvidenceAsync(IReadOnlyList<EvidenceBatch> batches, CancellationToken stop) =>
        PostAsync("evidence", JsonContent.Create(batches, options: Wire.Json), stop);

    public Task SamplesAsync(IEnumerable<SignalSample> samples, CancellationToken stop) =>
        PostAsync("samples", JsonContent.Create(samples, options: Wire.Json), stop);

    /// <summary>
    /// Copies the artifact's bytes; who calls checks the digest. Stalls are ended, long downloads are not.
    /// </summary>
    public async Task DownloadAsync(string digest, Stream into, CancellationToken stop)
    {
        using var limit = Limit(AnswerLimit, stop);
        using var answer = await _http.GetAsync($"node/v1/artifacts/{Uri.EscapeDataString(digest)}",
            HttpCompletionOption.ResponseHeadersRead, limit.Token);
        await CheckAsync(answer, $"artifact {digest}", limit.Token);
        await using var body = await answer.Content.ReadAsStreamAsync(limit.Token);
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, limit.Token)) > 0)
        {
            limit.CancelAfter(AnswerLimit);
            await into.WriteAsync(buffer.AsMemory(0, read), limit.Token);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(string what, HttpContent content, CancellationToken stop)
    {
        using var limit = Limit(AnswerLimit, stop);
        using var answer = await _http.PostAsync($"node/v1/{_node}/{what}", content, limit.Token);
        await CheckAsync(answer, what, limit.Token);
    }

    private async Task CheckAsync(HttpResponseMessage answer, string what, CancellationToken stop)
    {
        if (answer.IsSuccessStatusCode)
        {
            _heard.Now();
            return;
        }
        var says = await answer.Content.ReadAsStringAsync(stop);
        throw new ServerRefusedException(answer.StatusCode,
            $"The server at {_http.BaseAddress} answered {(int)answer.StatusCode} for {what}"
            + (says.Length > 0 ? $": {says[..Math.Min(says.Length, 300)]}" : "."), ServerRefusedException.DetailOf(says));
    }

    private static CancellationTokenSource Limit(TimeSpan time, CancellationToken stop)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(time);
        return limit;
    }
}
