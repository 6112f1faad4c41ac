using Headway.Node.Gateway.Counting;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Headway.Node.Gateway.Forwarding;

/// <summary>What YARP's errors mean to the user who waited.</summary>
internal static class ForwarderEnds
{
    /// <summary>Nothing was sent: the instance did not take the connection. Only then is another one tried.</summary>
    public static bool IsRefusedConnection(ForwarderError error, HttpContext http) =>
        error == ForwarderError.Request
        && http.Features.Get<IForwarderErrorFeature>()?.Exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError,
        };

    public static RequestEnd Of(ForwarderError error, Passage passage) => error switch
    {
        ForwarderError.None => passage.GrpcEnd ?? RequestEnds.OfStatus(passage.Http.Response.StatusCode),
        ForwarderError.RequestTimedOut => RequestEnd.TimedOut,
        ForwarderError.RequestBodyClient or ForwarderError.ResponseBodyClient
            or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient => RequestEnd.Cancelled,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled
            => OfCancellation(passage.Http),
        _ => RequestEnd.Failed,
    };

    /// <summary>Cancelled by the client, or by the gateway because nothing moved for too long.</summary>
    private static RequestEnd OfCancellation(HttpContext http) =>
        http.RequestAborted.IsCancellationRequested ? RequestEnd.Cancelled : RequestEnd.TimedOut;
}
