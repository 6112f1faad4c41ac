using Microsoft.AspNetCore.Http;

namespace Headway.Server.Access;

/// <summary>
/// Which scope a request needs; a path that no line names needs `read`, so that forgetting one closes it.
/// </summary>
public static class AccessRules
{
    private static readonly string[] Open = ["/healthz", "/version", "/openapi"];

    /// <summary>Second words under `/node/v1` that are not the name of a node.</summary>
    private static readonly string[] ForEveryNode = ["artifacts", "runners", "jobs"];

    /// <summary>Null for everyone.</summary>
    public static Scope? Needed(string method, PathString path)
    {
        if (Array.Exists(Open, open => path.StartsWithSegments(open))) return null;
        if (path.StartsWithSegments("/node")) return Scope.Node;
        if (path.StartsWithSegments("/api/v1/tokens")) return Scope.Admin;
        return HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? Scope.Read : Scope.Deploy;
    }

    /// <summary>A token of one node does not speak for another.</summary>
    public static bool SpeaksFor(AccessToken token, PathString path)
    {
        if (token.Node is null || !path.StartsWithSegments("/node/v1", out var rest)) return true;
        var word = rest.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return word is null || word == token.Node || Array.IndexOf(ForEveryNode, word) >= 0;
    }
}
