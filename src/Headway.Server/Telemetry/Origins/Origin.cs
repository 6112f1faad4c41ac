using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Origins;

/// <summary>
/// Where telemetry comes from: an instance of a release of a service, as its resource says. The labels are those that
/// every series of it carries.
/// </summary>
internal sealed class Origin(int id, Label[] labels, TelemetrySources sources)
{
    private TelemetrySource? _source;
    private ServiceQuota? _quota;

    public int Id => id;

    /// <summary>In ordinal order of their names.</summary>
    public Label[] Labels => labels;

    /// <summary>An origin may outlive its source, which makes room for others when it is silent.</summary>
    public TelemetrySource Source =>
        _source is { IsForgotten: false } ? _source : _source = sources.Of(Service, Release);

    public ServiceQuota Quota => _quota is { IsForgotten: false } ? _quota : _quota = sources.QuotaOf(Service);

    public List<PointStream> Streams { get; } = [];

    /// <summary>Number of the file in which it is defined, and its own number there.</summary>
    public int StoredIn { get; set; }

    public int StoredAs { get; set; }

    public string this[string name]
    {
        get
        {
            foreach (var label in labels)
                if (label.Name == name) return label.Value;
            return "";
        }
    }

    public string Service => this[OriginLabels.Service];
    public string Release => this[OriginLabels.Release];
    public string Environment => this[OriginLabels.Environment];
    public string Instance => this[OriginLabels.Instance];
}

internal readonly record struct Label(string Name, string Value);
