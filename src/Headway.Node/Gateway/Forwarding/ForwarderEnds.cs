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

    /// <summary>
    /// A whole answer says how it ended by itself: a service that refuses before it has read what it is sent leaves the
    /// rest of the request to fail, and that is neither the user's leaving nor a better end than the answer tells.
    /// </summary>
    public static RequestEnd Of(ForwarderError error, Passage passage) =>
        error == ForwarderError.None || passage.IsAnswered
            ? passage.GrpcEnd ?? RequestEnds.OfStatus(passage.Http.Response.StatusCode)
            : OfError(error, passage);

    private static RequestEnd OfError(ForwarderError error, Passage passage) => error switch
    {
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
