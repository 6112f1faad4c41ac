using System.Collections.Immutable;

namespace Headway.Core.Evidence.Templates;

/// <summary>What gateways and load balancers measure of those behind them.</summary>
internal static class IngressTemplates
{
    private const string Nginx = "namespace=\"$namespace\",ingress=\"$ingress\",canary=\"$side\"";

    private const string Traefik = "service=\"$upstream\"";

    private const string Haproxy = "proxy=\"$backend\",server=\"$server\"";

    public static readonly ImmutableArray<EvidenceTemplate> All =
    [
        new("nginx-ingress-errors", "answers 5xx through ingress-nginx", ["namespace", "ingress"],
            EvidenceTemplates.Errors("nginx_ingress_controller_requests", Nginx, "status=~\"5..\""))
            { NeedsSides = true },
        new("nginx-ingress-slow", "requests through ingress-nginx that take longer than a bucket edge in seconds",
            ["namespace", "ingress", "slower"],
            EvidenceTemplates.Slow("nginx_ingress_controller_request_duration_seconds", Nginx))
            { NeedsSides = true },
        new("traefik-errors", "answers 5xx of a service of Traefik", ["upstream"],
            EvidenceTemplates.Errors("traefik_service_requests_total", Traefik, "code=~\"5..\"")),
        new("traefik-slow", "requests to a service of Traefik that take longer than a bucket edge in seconds",
            ["upstream", "slower"],
            EvidenceTemplates.Slow("traefik_service_request_duration_seconds", Traefik)),
        new("haproxy-errors", "answers 5xx of a server of HAProxy", ["backend", "server"],
            EvidenceTemplates.Errors("haproxy_server_http_responses_total", Haproxy, "code=\"5xx\"")),
        new("haproxy-slow", "mean time to answer of a server of HAProxy, of which it keeps no buckets",
            ["backend", "server"],
            new(null, null, $"haproxy_server_total_time_average_seconds{{{Haproxy}}}")),
    ];
}
