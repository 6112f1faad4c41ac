using System.Net;
using System.Net.Http;

namespace Headway.Node.Probes;

/// <summary>
/// How probes speak HTTP: 1.1, straight to the instance, nothing followed, decoded or kept by itself, and never more in
/// memory than a few buffers, whatever comes back.
/// </summary>
public static class ProbeHttp
{
    public const string Agent = "headway-probe", NameHeader = "x-headway-synthetic";

    /// <summary>Of an answer's body; what comes after it is not read.</summary>
    public const int MostBodyBytes = 1 << 20;

    private const int MostHeaderKilobytes = 64;

    /// <param name="connections">How many may be open at once to an instance.</param>
    public static HttpMessageInvoker Client(int connections = 1) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxConnectionsPerServer = connections,
        MaxResponseHeadersLength = MostHeaderKilobytes,
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    });

    /// <summary>A clause that says what went wrong on the way.</summary>
    /// <param name="began">Some of an answer had come.</param>
    public static string Says(Exception failure, bool began) => failure switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } when !began =>
            "the connection was closed without an answer; does it speak HTTP there, without TLS?",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } e =>
            $"no connection ({(e.InnerException ?? e).Message.TrimEnd('.')})",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }
            or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } =>
            "the connection was closed before the answer ended",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse }
            or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } =>
            "what came back is not HTTP",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
            $"its headers are larger than {MostHeaderKilobytes} KB",
        _ => $"the connection broke ({(failure.InnerException ?? failure).Message.TrimEnd('.')})",
    };
}
