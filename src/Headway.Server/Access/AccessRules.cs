using Headway.Server.Access.Identity;
using Headway.Server.Audit;
using Headway.Server.Connections;
using Headway.Server.Delivery;
using Headway.Server.Policies;
using Headway.Server.Rules;
using Headway.Server.Sources.Hooks;
using Headway.Server.Registry;
using Headway.Server.Secrets;
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

    /// <summary>Second words under `/prometheus/api/v1` whose posted form is only a long question.</summary>
    private static readonly string[] Questions =
        ["query", "query_range", "query_exemplars", "format_query", "series", "labels"];

    /// <summary>Null for everyone.</summary>
    public static Scope? Needed(string method, PathString path)
    {
        if (Array.Exists(Open, open => path.StartsWithSegments(open))) return null;
        if (Array.Exists(HookEndpoints.Signed, hook => path.StartsWithSegments(hook))) return null;
        // Who bears a signed link needs nothing else.
        if (path.Equals(LinkEndpoints.Page)) return null;
        if (path.StartsWithSegments(IdentityEndpoints.Login)) return null;
        if (path.Equals(IdentityEndpoints.Logout)) return Scope.Read;
        if (path.StartsWithSegments(IdentityEndpoints.Sso) || path.StartsWithSegments(IdentityEndpoints.Rules)) return Scope.Admin;
        if (path.StartsWithSegments("/node")) return Scope.Node;
        if (path.StartsWithSegments("/api/v1/tokens")) return Scope.Admin;
        if (HttpMethods.IsPost(method) && path.StartsWithSegments("/prometheus/api/v1", out var question)
            && Array.Exists(Questions, q => question.Value == $"/{q}")) return Scope.Read;
        if (path.StartsWithSegments(ConnectionEndpoints.Path)) return Scope.Admin;
        if (path.StartsWithSegments(HookEndpoints.Path)) return Scope.Admin;
        if (path.StartsWithSegments("/api/v1/trust") && !HttpMethods.IsGet(method)) return Scope.Admin;
        if (path.StartsWithSegments(RegistryApi.Path) && !HttpMethods.IsGet(method)) return Scope.Admin;
        if (path.StartsWithSegments(RuleEndpoints.Check)) return Scope.Read;
        if (path.StartsWithSegments(AuditEndpoints.Path)) return Scope.Admin;
        // A long question, which changes nothing.
        if (path.StartsWithSegments(PolicyEndpoints.Replay)) return Scope.Read;
        // What holds for all teams is not for those to change for whom it holds.
        if (path.StartsWithSegments(RuleEndpoints.Templates) || path.StartsWithSegments(RuleEndpoints.Requirements))
            return HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? Scope.Read : Scope.Admin;
        if (path.StartsWithSegments("/api/v1/sources") && !HttpMethods.IsGet(method)) return Scope.Admin;
        // Routes are the same in capitals and with a slash behind them.
        if (path.StartsWithSegments("/api/v1/services", out var rest)
            && rest.Value!.TrimEnd('/').EndsWith("/host", StringComparison.OrdinalIgnoreCase))
            return Scope.Admin;
        if (path.StartsWithSegments(SecretEndpoints.Path)) return Scope.Admin;
        return HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? Scope.Read : Scope.Deploy;
    }

    /// <summary>
    /// A token of one node does not speak for another. That a job is carried by its runner, <see cref="Pipelines.JobsAtWork"/>
    /// looks up.
    /// </summary>
    public static bool SpeaksFor(AccessToken token, PathString path)
    {
        if (token.Node is null || !path.StartsWithSegments("/node/v1", out var rest)) return true;
        var words = rest.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["runners", var runner, ..]) return token.SpeaksForRunner(Uri.UnescapeDataString(runner));
        return words.Length == 0 || words[0] == token.Node || Array.IndexOf(ForEveryNode, words[0]) >= 0;
    }
}
