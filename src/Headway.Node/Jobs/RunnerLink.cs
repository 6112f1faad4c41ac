using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Headway.Core;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Core.Secrets;
using Headway.Node.Control;

namespace Headway.Node.Jobs;

/// <summary>Which attempt of which job a call is about.</summary>
internal readonly record struct JobCall(string Job, int Attempt)
{
    /// <summary>The log is that of a program beside the job, not the job's own.</summary>
    public string? Beside { get; init; }
}

/// <param name="Offset">Length of the log that the server holds.</param>
/// <param name="Unwanted">Why the job is to be stopped, or null.</param>
/// <param name="Gone">The job is not this runner's any more; nothing more of it is taken.</param>
internal readonly record struct LogAnswer(long Offset, string? Unwanted, bool Gone);

/// <summary>The server does not take a call about a job: it was given to another runner, or has ended.</summary>
internal sealed class JobGoneException(string says) : Exception(says);

/// <summary>
/// The runner's way to the server. Calls that must arrive are repeated until they do; the server may restart.
/// </summary>
internal sealed class RunnerLink : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);
    private readonly RunnerOptions _options;
    private readonly HttpClient _http;

    public RunnerLink(RunnerOptions options)
    {
        _options = options;
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseProxy = false };
        _http = new(handler) { BaseAddress = options.Server, Timeout = Timeout.InfiniteTimeSpan };
        var token = File.ReadAllText(options.TokenFile).Trim();
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Null when there was no job within the time, or the server did not answer.</summary>
    public async Task<JobOrder?> ClaimAsync(TimeSpan wait, string tools, CancellationToken stop)
    {
        using var limit = Limit(wait + AnswerLimit, stop);
        var path = $"node/v1/runners/{Uri.EscapeDataString(_options.Name)}/claim?wait={(int)wait.TotalSeconds}"
            + $"&tools={Uri.EscapeDataString(tools)}"
            + $"&trust={_options.Trust}" + string.Concat(_options.Labels.Select(each => $"&label={Uri.EscapeDataString(each)}"));
        using var answer = await _http.PostAsync(path, null, limit.Token);
        answer.EnsureSuccessStatusCode();
        return answer.StatusCode is HttpStatusCode.NoContent
            ? null : await answer.Content.ReadFromJsonAsync<JobOrder>(Wire.Json, limit.Token);
    }

    public Task SourceAsync(JobCall call, Func<Stream, CancellationToken, Task> read, CancellationToken stop) =>
        DownloadAsync(PathOf(call, "source"), read, stop);

    /// <summary>Contracts of the consumers of the job's service, as a tar.</summary>
    public Task ContractsAsync(JobCall call, Func<Stream, CancellationToken, Task> read, CancellationToken stop) =>
        DownloadAsync(PathOf(call, "contracts"), read, stop);

    public Task ArtifactAsync(string digest, Func<Stream, CancellationToken, Task> read, CancellationToken stop) =>
        DownloadAsync($"node/v1/artifacts/{Uri.EscapeDataString(digest)}", read, stop);

    /// <summary>One try; null when the server did not answer.</summary>
    public async Task<LogAnswer?> TryLogAsync(JobCall call, long offset, byte[] piece, CancellationToken stop)
    {
        try
        {
            using var limit = Limit(AnswerLimit, stop);
            var content = new ByteArrayContent(piece) { Headers = { ContentType = new("text/plain") } };
            using var answer = await _http.PostAsync($"{PathOf(call, "log")}&offset={offset}", content, limit.Token);
            if (answer.StatusCode is HttpStatusCode.Gone)
                return new(offset, "the server has given it to another runner", true);
            answer.EnsureSuccessStatusCode();
            var heard = (await answer.Content.ReadFromJsonAsync<LogHeard>(Wire.Json, limit.Token))!;
            return new(heard.Offset, heard.Cancel ? "the run was cancelled" : null, false);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return null;
        }
    }

    public Task<LogAnswer> LogAsync(JobCall call, long offset, byte[] piece, CancellationToken stop) =>
        RepeatedAsync(async () =>
            await TryLogAsync(call, offset, piece, stop) ?? throw new HttpRequestException("The log was not taken."),
                stop);

    /// <summary>Values for the job that is about to start.</summary>
    /// <exception cref="SecretsRefusedException">The job may not have one of them, or there is none of that name.</exception>
    public Task<SecretsHanded> SecretsAsync(JobCall call, CancellationToken stop) => RepeatedAsync(async () =>
    {
        using var limit = Limit(AnswerLimit, stop);
        using var answer = await _http.GetAsync(PathOf(call, "secrets"), limit.Token);
        if (answer.StatusCode is HttpStatusCode.UnprocessableEntity)
            throw new SecretsRefusedException(ServerRefusedException.DetailOf(await answer.Content.ReadAsStringAsync(limit.Token)));
        await CheckAsync(answer, limit.Token);
        return (await answer.Content.ReadFromJsonAsync<SecretsHanded>(Wire.Json, limit.Token))!;
    }, stop);

    public Task UploadAsync(JobCall call, string file, CancellationToken stop) => RepeatedAsync(async () =>
    {
        await using var stream = File.OpenRead(file);
        using var content = new StreamContent(stream, 128 * 1024);
        content.Headers.ContentType = new("application/x-tar");
        using var answer = await _http.PutAsync(PathOf(call, "artifact"), content, stop);
        return await CheckAsync(answer, stop);
    }, stop);

    /// <summary>False when the server does not keep it: too large, or too many.</summary>
    public Task<bool> ResultAsync(JobCall call, ResultKind kind, string path, string file, CancellationToken stop) =>
        RepeatedAsync(async () =>
        {
            await using var stream = File.OpenRead(file);
            using var content = new StreamContent(stream, 128 * 1024);
            var at = $"{PathOf(call, $"results/{kind}")}&path={Uri.EscapeDataString(path)}";
            using var answer = await _http.PutAsync(at, content, stop);
            return answer.StatusCode is not HttpStatusCode.RequestEntityTooLarge && await CheckAsync(answer, stop);
        }, stop);

    public Task EndAsync(JobCall call, JobEnd end, CancellationToken stop) => RepeatedAsync(async () =>
    {
        using var limit = Limit(AnswerLimit, stop);
        using var answer = await _http.PostAsJsonAsync(PathOf(call, "end"), end, Wire.Json, limit.Token);
        return await CheckAsync(answer, limit.Token);
    }, stop);

    public void Dispose() => _http.Dispose();

    private async Task DownloadAsync(string path, Func<Stream, CancellationToken, Task> read, CancellationToken stop)
    {
        using var answer = await RepeatedAsync(async () =>
        {
            var got = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, stop);
            try { await CheckAsync(got, stop); }
            catch
            {
                got.Dispose();
                throw;
            }
            return got;
        }, stop);
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        await read(stream, stop);
    }

    /// <summary>Repeats while the server is away or in trouble; what it refuses for good is thrown.</summary>
    private async Task<T> RepeatedAsync<T>(Func<Task<T>> call, CancellationToken stop)
    {
        for (var pause = _options.RetryFirst; ; pause = Longer(pause))
        {
            try
            {
                return await call();
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                stop.ThrowIfCancellationRequested();
            }
            await Task.Delay(pause, stop);
        }
    }

    private TimeSpan Longer(TimeSpan pause) => pause * 2 < _options.RetryLongest ? pause * 2 : _options.RetryLongest;

    private static async Task<bool> CheckAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        if (answer.IsSuccessStatusCode) return true;
        var says = await answer.Content.ReadAsStringAsync(stop);
        if ((int)answer.StatusCode is >= 400 and < 500 and not 401 and not 408 and not 429)
            throw new JobGoneException($"The server answered {(int)answer.StatusCode}: {says}");
        throw new HttpRequestException($"The server answered {(int)answer.StatusCode}.");
    }

    private static string PathOf(JobCall call, string what) =>
        $"node/v1/jobs/{string.Join('/', call.Job.Split('/', 2).Select(Uri.EscapeDataString))}/{what}?attempt={call.Attempt}"
        + (call.Beside is { } beside ? $"&beside={Uri.EscapeDataString(beside)}" : "");

    private static CancellationTokenSource Limit(TimeSpan time, CancellationToken stop)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(time);
        return limit;
    }

    private sealed record LogHeard(bool Cancel, long Offset);
}
