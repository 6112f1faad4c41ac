using Headway.Core.Evidence;
using Headway.Server.Telemetry;

namespace Headway.Server.Signals;

/// <summary>
/// Whether the telemetry of both releases arrives with their release ids. Where stable sends some, a candidate that
/// sends none has gone blind; where neither sends any, nothing is asked of it unless it is required.
/// </summary>
public sealed class TelemetryReader(TelemetryPresence presence) : ISignalReader
{
    /// <summary>Exporters send metrics once a minute by default.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(130);

    public bool Reads(SignalSource source) => source is SignalSource.Telemetry;

    /// <summary>Something is to be said of it: one of the releases sends telemetry, or did lately.</summary>
    public bool IsExpected(SignalQuestion question) =>
        IsHeard(question, question.Candidate.Id) || (question.Stable is { } stable && IsHeard(question, stable.Id));

    public Task<SignalReading> ReadAsync(SignalQuestion question, CancellationToken stop)
    {
        var candidate = question.Candidate.Id;
        var stable = question.Stable is { } release && IsHeard(question, release.Id)
            ? SideReading.Read(release.Id, 1) : null;
        var isRequired = ((SignalSource.Telemetry)question.Signal.Source).IsRequired;
        if (IsHeard(question, candidate))
            return Task.FromResult(new SignalReading(stable, SideReading.Read(candidate, 1)));
        if (stable is null && !isRequired)
            return Task.FromResult(new SignalReading(null, SideReading.Read(candidate, 0)));
        return Task.FromResult(new SignalReading(stable, null) { Unseen = WhyUnseen(question, candidate) });
    }

    private string WhyUnseen(SignalQuestion question, string candidate)
    {
        var (service, environment) = (question.Service, question.Environment);
        if (presence.Of(service, candidate, environment) is { } late)
            return $"the newest telemetry of {candidate} came {(question.At - late.NewestAt).TotalSeconds:0} s ago";
        // Without the release id nobody knows either which environment is meant, where that was forgotten as well.
        return presence.HasArrived(service, "", null, question.At - Fresh)
            ? $"telemetry of {service} comes without `headway.release.id`, so nobody can tell whether {candidate} sends it: "
                + "keep OTEL_RESOURCE_ATTRIBUTES as Headway sets it"
            : $"no metrics, traces or logs have come with service.name={service}, headway.release.id={candidate} and "
                + $"deployment.environment.name={environment}";
    }

    /// <summary>In this environment: a release that is heard from staging may be silent in production.</summary>
    private bool IsHeard(SignalQuestion question, string release) =>
        presence.HasArrived(question.Service, release, question.Environment, question.At - Fresh);
}
