using Headway.Core.Nodes;

namespace Headway.Node.Instances;

/// <summary>
/// The environment of a program: clean, so that nothing of control leaks into it (its token least of all), then the
/// service's variables, then ours, which a service cannot replace.
/// </summary>
internal static class RunEnvironment
{
    private static readonly string[] Kept = ["PATH", "LANG", "LC_ALL", "TZ", "DOTNET_ROOT"];

    public static Dictionary<string, string> Of(string lane, string release, string work)
    {
        var (service, environment) = Split(lane);
        var variables = new Dictionary<string, string>();
        foreach (var name in Kept)
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) variables[name] = value;
        variables.TryAdd("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        variables.TryAdd("LANG", "C.UTF-8");
        variables["HOME"] = work;
        variables["TMPDIR"] = work;
        variables["HEADWAY_RELEASE_ID"] = release;
        variables["HEADWAY_SERVICE"] = service;
        variables["HEADWAY_ENVIRONMENT"] = environment;
        return variables;
    }

    /// <param name="telemetry">
    /// Where it is to send OpenTelemetry data, unless a variable of the service names an endpoint itself.
    /// </param>
    public static Dictionary<string, string> OfInstance(InstanceRecord record, string work, TelemetryAt? telemetry)
    {
        var (service, environment) = Split(record.Lane);
        var variables = Of(record.Lane, record.Release, work);
        foreach (var (name, value) in record.Run.Variables) variables[name] = value;
        foreach (var (name, value) in Of(record.Lane, record.Release, work))
            if (name.StartsWith("HEADWAY_", StringComparison.Ordinal)) variables[name] = value;
        variables["PORT"] = $"{record.Port}";
        variables["HEADWAY_INSTANCE"] = record.Id;
        variables["ASPNETCORE_URLS"] = $"http://127.0.0.1:{record.Port}";
        variables.TryAdd("OTEL_SERVICE_NAME", service);
        variables["OTEL_RESOURCE_ATTRIBUTES"] = string.Join(',', Attributes(record, environment)
            .Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}")
            .Prepend(record.Run.Variables.GetValueOrDefault("OTEL_RESOURCE_ATTRIBUTES", ""))
            .Where(pair => pair.Length > 0));
        if (telemetry is not null && !record.Run.Variables.Keys.Any(IsEndpoint))
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = telemetry.Endpoint;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = telemetry.Protocol;
        }
        return variables;
    }

    /// <summary>Of all signals, or of traces, metrics or logs alone.</summary>
    private static bool IsEndpoint(string name) => name.StartsWith("OTEL_EXPORTER_OTLP_", StringComparison.Ordinal)
        && name.EndsWith("ENDPOINT", StringComparison.Ordinal);

    /// <summary>Names by the OpenTelemetry semantic conventions; values percent-encoded as W3C Baggage asks.</summary>
    private static IEnumerable<(string Name, string Value)> Attributes(InstanceRecord record, string environment) =>
    [
        ("service.version", record.Release), ("headway.release.id", record.Release),
        ("deployment.environment.name", environment), ("service.instance.id", record.Id),
    ];

    private static (string Service, string Environment) Split(string lane) =>
        lane.IndexOf('/') is > 0 and var slash ? (lane[..slash], lane[(slash + 1)..]) : (lane, "");
}
