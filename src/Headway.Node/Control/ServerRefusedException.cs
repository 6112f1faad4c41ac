using System.Net;

namespace Headway.Node.Control;

/// <summary>The server answered, but not with what was asked for.</summary>
public sealed class ServerRefusedException(HttpStatusCode status, string says) : Exception(says)
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>The server will never take this content; sending it again would block what follows.</summary>
    public bool ContentIsRefused => Status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge
        or HttpStatusCode.UnprocessableEntity;
}
