using System.Collections.Immutable;

namespace Headway.Core.Evidence.Templates;

/// <summary>Envoy by itself and in gateways that are made of it: its clusters are the releases.</summary>
internal static class EnvoyTemplates
{
    private const string Cluster = "envoy_cluster_name=\"$cluster\"";

    /// <summary>Contour names a cluster after namespace, service and port.</summary>
    private const string Contour = "envoy_cluster_name=\"${namespace}_${workload}_${port}\"";

    public static readonly ImmutableArray<EvidenceTemplate> All =
    [
        .. Of("envoy", "a cluster of Envoy", ["cluster"], Cluster),
        .. Of("envoy-gateway", "a cluster of Envoy Gateway", ["cluster"], Cluster),
        .. Of("contour", "a service behind Contour", ["namespace", "workload", "port"], Contour),
    ];

    private static EvidenceTemplate[] Of(string name, string whose, ImmutableArray<string> chosenBy, string where) =>
    [
        new($"{name}-errors", $"answers 5xx of {whose}", chosenBy,
            EvidenceTemplates.Errors("envoy_cluster_upstream_rq_xx", where, "envoy_response_code_class=\"5\"")),
        new($"{name}-slow", $"requests to {whose} that take longer than a bucket edge in ms",
            [.. chosenBy, "slower"], EvidenceTemplates.Slow("envoy_cluster_upstream_rq_time", where)),
    ];
}
