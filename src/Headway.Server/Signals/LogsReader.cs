using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Logs;

namespace Headway.Server.Signals;

/// <summary>
/// Log records of both releases, and how many of them are errors of a kind that no earlier release has written. What
/// is new in stable counts against stable, so the two sides are measured alike.
/// </summary>
public sealed class LogsReader(TelemetryQueries telemetry) : ISignalReader
{
    private const int MostExamples = 5;

    private static readonly TemplateTotals None = new(0, 0);

    private readonly TotalsMemory memory = new();

    public bool Reads(SignalSource source) => source is SignalSource.Logs;

    public Task<SignalReading> ReadAsync(SignalQuestion question, CancellationToken stop)
    {
        var stable = question.Stable is { } release
            ? memory.Since(question, release.Id, Totals(question, Templates(question.Service, release.Id))) : null;
        var templates = Templates(question.Service, question.Candidate.Id);
        var candidate = memory.Since(question, question.Candidate.Id, Totals(question, templates));
        return Task.FromResult(new SignalReading(stable, candidate is null ? null : candidate with
        {
            Examples = [.. templates.Where(t => t.IsNew && In(question, t).Errors > 0).Take(MostExamples).Select(t => $"new: {t.Template}")],
        }) { Asked = $"log templates of {question.Candidate.Id} that are new, of severity error and above" });
    }

    private ImmutableArray<TemplateCount> Templates(string service, string release) =>
        telemetry.Templates(service, release, isNew: false);

    private static (long All, long Bad)? Totals(SignalQuestion question, ImmutableArray<TemplateCount> templates) =>
        templates.IsEmpty ? null
            : (templates.Sum(t => In(question, t).Count), templates.Where(t => t.IsNew).Sum(t => In(question, t).Errors));

    private static TemplateTotals In(SignalQuestion question, TemplateCount template) =>
        template.Environments.GetValueOrDefault(question.Environment) ?? None;
}
