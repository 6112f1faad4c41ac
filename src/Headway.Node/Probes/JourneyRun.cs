using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Net.Http;
using System.Security.Cryptography;
using Headway.Core.Evidence.Journeys;

namespace Headway.Node.Probes;

/// <summary>
/// One run of a journey by one client: its own cookies, its own values, one request after the other. Ends whatever the
/// other end does: every step and the whole have a time, and no more of a body is read than a megabyte.
/// </summary>
/// <param name="name">Of the journey; the requests carry it.</param>
public sealed class JourneyRun(HttpMessageInvoker http, Uri instance, string name)
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private const int MostRedirects = 5;
    private readonly CookieJar cookies = new();
    private readonly Dictionary<string, string> values = [];
    private readonly string traceId = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public async Task<JourneyEnd> RunAsync(ImmutableArray<JourneyStep> steps, CancellationToken stop)
    {
        var ends = ImmutableArray.CreateBuilder<StepEnd>();
        var began = Stopwatch.GetTimestamp();
        foreach (var step in steps)
        {
            ends.Add(await StepAsync(step, Longest - Stopwatch.GetElapsedTime(began), stop));
            if (ends[^1].Failure is not null) break;
        }
        return new(ends.ToImmutable(), traceId);
    }

    private async Task<StepEnd> StepAsync(JourneyStep step, TimeSpan left, CancellationToken stop)
    {
        var within = step.Within ?? JourneyStep.DefaultWithin;
        if (left < within) within = left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(within);
        var seen = new StepSeen();
        var began = Stopwatch.GetTimestamp();
        string? failure;
        try
        {
            failure = await AskAsync(step, seen, limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            failure = seen.Status is null ? $"no answer within {Time(within)}"
                : $"the answer had not ended after {Time(within)} ({seen.Bytes} bytes of it had come)";
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            failure = ProbeHttp.Says(e, began: seen.Status is not null);
        }
        catch (Exception e) when (e is FormatException or UriFormatException or InvalidOperationException)
        {
            failure = $"it cannot be sent: {e.Message.TrimEnd('.')}";
        }
        return new($"{step.Method} {step.Path}", seen.Status, Stopwatch.GetElapsedTime(began), failure);
    }

    /// <summary>Follows redirects on the same host, as a browser would: after 301 to 303 by GET.</summary>
    private async Task<string?> AskAsync(JourneyStep step, StepSeen seen, CancellationToken stop)
    {
        var request = new StepRequest(step, values, name, traceId);
        var (at, method) = (request.AddressAt(instance), step.Method);
        for (var hops = 0; ; hops++)
        {
            seen.Status = null;
            using var asked = request.Make(at, method, cookies.Header);
            using var answer = await http.SendAsync(asked, stop);
            seen.Status = (int)answer.StatusCode;
            if (answer.Headers.TryGetValues("set-cookie", out var set)) cookies.Take(set);
            if (!step.Follows || seen.Status is not (301 or 302 or 303 or 307 or 308) || answer.Headers.Location is not { } to)
            {
                var (body, isCut) = await ReadAsync(answer, seen, stop);
                return new AnswerCheck(step, values).Problem(answer, body, isCut);
            }
            if (hops == MostRedirects) return $"it redirects more than {MostRedirects} times";
            at = new(at, to);
            if (at.GetLeftPart(UriPartial.Authority) != instance.GetLeftPart(UriPartial.Authority))
                return $"it redirects to another host ({at.Scheme}://{at.Authority})";
            if (seen.Status is 301 or 302 or 303 && method != "HEAD") method = "GET";
        }
    }

    private static async Task<(ReadOnlyMemory<byte> Body, bool IsCut)> ReadAsync(
        HttpResponseMessage answer, StepSeen seen, CancellationToken stop)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        var body = new ArrayBufferWriter<byte>();
        while (body.WrittenCount < ProbeHttp.MostBodyBytes)
        {
            var room = body.GetMemory(4096);
            if (room.Length > 64 * 1024) room = room[..(64 * 1024)];
            var read = await stream.ReadAsync(room, stop);
            if (read == 0) return (body.WrittenMemory, false);
            body.Advance(read);
            seen.Bytes = body.WrittenCount;
        }
        return (body.WrittenMemory, true);
    }

    private static string Time(TimeSpan time) =>
        time.TotalSeconds >= 1 ? $"{time.TotalSeconds:0.#} s" : $"{time.TotalMilliseconds:0} ms";

    /// <summary>How far a step had come when its time was up.</summary>
    private sealed class StepSeen
    {
        public int? Status { get; set; }

        public int Bytes { get; set; }
    }
}
