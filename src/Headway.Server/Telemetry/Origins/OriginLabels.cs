using Headway.Server.Telemetry.Otlp;

namespace Headway.Server.Telemetry.Origins;

/// <summary>Which attributes of a resource become labels of all of its series, and under which names.</summary>
internal static class OriginLabels
{
    public const string Service = "service_name", Release = "headway_release_id", Instance = "service_instance_id",
        Environment = "deployment_environment_name", Version = "service_version", Space = "service_namespace";

    public const string UnknownService = "unknown_service";

    private static readonly Dictionary<string, string> Promoted = new()
    {
        ["service.name"] = Service, ["service.namespace"] = Space, ["service.version"] = Version,
        ["service.instance.id"] = Instance, ["deployment.environment.name"] = Environment,
        // The name before OpenTelemetry's conventions became stable; many programs still send it.
        ["deployment.environment"] = Environment,
        ["headway.release.id"] = Release,
    };

    /// <summary>`job` and `instance` stand for what Prometheus would have scraped.</summary>
    public static Label[] Of(ReadOnlySpan<byte> resource)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var reader = new ProtoReader(resource);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }
            var (key, value) = AttributeReading.Read(reader.ReadBytes());
            if (Promoted.TryGetValue(key, out var name) && value.Length > 0) labels[name] = value;
        }
        var service = labels.GetValueOrDefault(Service, UnknownService);
        labels[Service] = service;
        labels["job"] = labels.TryGetValue(Space, out var space) ? $"{space}/{service}" : service;
        if (labels.TryGetValue(Instance, out var instance)) labels["instance"] = instance;
        return [.. labels.Select(pair => new Label(pair.Key, pair.Value))];
    }
}
