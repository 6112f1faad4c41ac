using System.Buffers;
using System.Net;
using Headway.Node.Gateway.Routing;

namespace Headway.Node.Gateway.Shadows;

/// <summary>
/// Sends copies on connections of their own and reads the answers with limits of time and size: whatever a candidate does
/// ends here.
/// </summary>
internal sealed class ShadowSender(TimeProvider time, TimeSpan connectTimeout) : IDisposable
{
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(5), MostPatience = TimeSpan.FromSeconds(15);

    /// <summary>What stable took longer for cannot be waited for three times as long, so it is not copied.</summary>
    public static readonly TimeSpan LongestCopied = MostPatience / 3;

    private readonly HttpMessageInvoker invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = connectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(4),
        MaxConnectionsPerServer = LaneShadow.MostUnderWay,
        MaxResponseDrainSize = 0,
    });

    public async Task<ShadowAnswer> SendAsync(MirroredRequest request, Instance to, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var patience = TimeSpan.FromTicks(Math.Clamp(3 * request.Took.Ticks, LeastPatience.Ticks, MostPatience.Ticks));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        try
        {
            using var copy = request.CopyFor(to);
            using var response = await invoker.SendAsync(copy, limit.Token);
            using var tee = new Tee(MirroredRequest.MostAnswer);
            await ReadAsync(response, tee, request.LongestAnswer, limit.Token);
            var took = time.GetElapsedTime(began).TotalMilliseconds;
            var headers = AnswerReading.HeadersOf(response, request.Tally.Rules);
            return new(AnswerReading.Of((int)response.StatusCode, headers, tee), $"{(int)response.StatusCode}", took);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new(null, $"no whole answer within {patience.TotalSeconds:0.#} s", patience.TotalMilliseconds);
        }
        catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError)
        {
            return new(null, "no connection", time.GetElapsedTime(began).TotalMilliseconds);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new(null, "no whole answer", time.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    private static async Task ReadAsync(HttpResponseMessage response, Tee tee, long most, CancellationToken stop)
    {
        await using var body = await response.Content.ReadAsStreamAsync(stop);
        var buffer = ArrayPool<byte>.Shared.Rent(16 << 10);
        try
        {
            int read;
            while (tee.Length <= most && (read = await body.ReadAsync(buffer, stop)) > 0) tee.Add(buffer.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => invoker.Dispose();
}
