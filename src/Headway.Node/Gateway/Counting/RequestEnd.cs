namespace Headway.Node.Gateway.Counting;

/// <summary>How a request stands or ended, as its user felt it.</summary>
internal enum RequestEnd : byte
{
    /// <summary>No answer yet.</summary>
    Open,

    /// <summary>A good answer has begun; its body still flows.</summary>
    Begun,

    Succeeded,

    /// <summary>5xx, 429, reset, truncated body, failing gRPC status.</summary>
    Failed,

    /// <summary>A failure that is slow for sure: 408, or the gateway gave up waiting.</summary>
    TimedOut,

    /// <summary>Other 4xx.</summary>
    Refused,

    /// <summary>401 or 404: no trial when the client is unknown, else refused.</summary>
    Unrecognised,

    /// <summary>Given up by the client.</summary>
    Cancelled,

    /// <summary>The answer began in time and was still flowing after the delay: slow, not failed.</summary>
    Late,
}

internal static class RequestEnds
{
    public static bool IsFailure(this RequestEnd end) => end is RequestEnd.Failed or RequestEnd.TimedOut;

    public static RequestEnd OfStatus(int status) => status switch
    {
        >= 500 or 429 => RequestEnd.Failed,
        408 => RequestEnd.TimedOut,
        401 or 404 => RequestEnd.Unrecognised,
        >= 400 => RequestEnd.Refused,
        _ => RequestEnd.Succeeded,
    };

    /// <summary>gRPC statuses by the HTTP status that they stand for (grpc-gateway's table).</summary>
    public static RequestEnd OfGrpc(string status) => status switch
    {
        "0" => RequestEnd.Succeeded,
        "1" => RequestEnd.Cancelled,
        "4" => RequestEnd.TimedOut,
        "5" or "16" => RequestEnd.Unrecognised,
        "3" or "6" or "7" or "9" or "10" or "11" => RequestEnd.Refused,
        _ => RequestEnd.Failed,
    };
}
