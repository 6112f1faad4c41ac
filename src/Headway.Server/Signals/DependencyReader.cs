using Headway.Core.Evidence;
using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Traces;

namespace Headway.Server.Signals;

/// <summary>
/// Calls of both releases to one dependency, and how many of them failed, counted from every client span before any is
/// sampled. A contract that the candidate breaks shows here first.
/// </summary>
public sealed class DependencyReader(TelemetryQueries telemetry) : ISignalReader
{
    private readonly TotalsMemory memory = new();

    public bool Reads(SignalSource source) => source is SignalSource.Dependency;

    public Task<SignalReading> ReadAsync(SignalQuestion question, CancellationToken stop)
    {
        var name = ((SignalSource.Dependency)question.Signal.Source).Name;
        var stable = question.Stable is { } release
            ? memory.Since(question, release.Id, Totals(question, release.Id, name)) : null;
        var candidate = memory.Since(
            question, question.Candidate.Id, Totals(question, question.Candidate.Id, name));
        return Task.FromResult(new SignalReading(stable, candidate)
        {
            Asked = $"client spans of {question.Candidate.Id} to {name}",
            Unseen = candidate is null ? WhyUnseen(question, name) : null,
        });
    }

    private (long All, long Bad)? Totals(SignalQuestion question, string release, string name)
    {
        var calls = telemetry.Red(question.Service, release).Where(red => red.Kind == RedKind.Dependency
            && red.Name == name && red.Environment == question.Environment).ToArray();
        return calls.Length == 0 ? null : (calls.Sum(c => c.Requests), calls.Sum(c => c.Errors));
    }

    private string? WhyUnseen(SignalQuestion question, string name)
    {
        if (Totals(question, question.Candidate.Id, name) is not null) return null;
        var known = telemetry.Red(question.Service, null).Where(red => red.Kind == RedKind.Dependency)
            .Select(red => red.Name).Distinct().Order(StringComparer.Ordinal).Take(10).ToArray();
        return $"{question.Candidate.Id} has sent no client span to `{name}`"
            + (known.Length == 0 ? "" : $"; {question.Service} calls {string.Join(", ", known)}");
    }
}
