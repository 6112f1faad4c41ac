using System.Collections.Immutable;

namespace Headway.Core.Evidence.Templates;

/// <summary>What the proxies beside the instances measure.</summary>
internal static class MeshTemplates
{
    private const string Istio =
        "reporter=\"destination\",destination_workload_namespace=\"$namespace\",destination_workload=\"$workload\"";

    private const string Linkerd = "direction=\"inbound\",namespace=\"$namespace\",deployment=\"$workload\"";

    public static readonly ImmutableArray<EvidenceTemplate> All =
    [
        new("istio-errors", "answers 5xx of a workload in an Istio mesh", ["namespace", "workload"],
            EvidenceTemplates.Errors("istio_requests_total", Istio, "response_code=~\"5..\"")),
        new("istio-slow", "requests of a workload in an Istio mesh that take longer than a bucket edge in ms",
            ["namespace", "workload", "slower"],
            EvidenceTemplates.Slow("istio_request_duration_milliseconds", Istio)),
        new("linkerd-errors", "failed answers of a deployment in a Linkerd mesh", ["namespace", "workload"],
            EvidenceTemplates.Errors("response_total", Linkerd, "classification=\"failure\"")),
        new("linkerd-slow", "answers of a deployment in a Linkerd mesh that begin later than a bucket edge in ms",
            ["namespace", "workload", "slower"],
            EvidenceTemplates.Slow("response_latency_ms", Linkerd)),
    ];
}
