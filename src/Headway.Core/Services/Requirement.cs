using System.Collections.Immutable;
using System.Globalization;
using Headway.Core.Evidence;
using Headway.Core.Pipelines;

namespace Headway.Core.Services;

/// <summary>Something that every headway.yaml has to have, set for all teams and removable by none of them.</summary>
/// <param name="Services">Patterns of names, with `*`; empty: every service.</param>
/// <param name="From">Until this day a commit without it is carried with a warning; null: refused at once.</param>
public sealed record Requirement(string Name, ImmutableArray<string> Services, DateOnly? From, string? Why)
{
    /// <summary>The least that has to be promised, 0 to 1.</summary>
    public double? Availability { get; init; }

    /// <summary>The service has to say that it sends telemetry, so that a release which does not is noticed.</summary>
    public bool Telemetry { get; init; }

    /// <summary>Names of jobs that run for every change.</summary>
    public ImmutableArray<string> Jobs { get; init; } = [];

    /// <summary>`NAME@VERSION` of templates of which a job runs for every change.</summary>
    public ImmutableArray<string> Templates { get; init; } = [];

    public bool IsFor(string service) => Services.IsDefaultOrEmpty
        || Services.Any(pattern => new PathPattern(pattern).Matches(service));

    /// <summary>Everything that is missing of all of them, in their order.</summary>
    public static ImmutableArray<MissingPart> MissingIn(
        ServiceSpec spec, ImmutableArray<Requirement> requirements, DateOnly today) =>
        [.. requirements.Where(requirement => requirement.IsFor(spec.Service)).SelectMany(requirement =>
            requirement.MissingIn(spec).Select(missing => missing with
            {
                Requirement = requirement.Name, Why = requirement.Why,
                RefusedFrom = requirement.From > today ? requirement.From : null,
            }))];

    private IEnumerable<MissingPart> MissingIn(ServiceSpec spec)
    {
        if (Availability is { } least && !(spec.Objectives.Availability >= least))
            yield return Missing(spec.Objectives.Availability is { } promised
                ? $"an availability of {Percent(promised)} is promised and at least {Percent(least)} is required"
                : $"no availability is promised and at least {Percent(least)} is required",
                $"`objectives: {{ availability: {Percent(least)} }}`");
        if (Telemetry && !spec.Evidence.Any(signal => signal.Source is SignalSource.Telemetry { IsRequired: true }))
            yield return Missing("the service does not say that it sends telemetry",
                "`evidence: { telemetry: expected }`");
        foreach (var job in Jobs)
            if (WhyNot(spec, each => each.WrittenName == job) is { } why)
                yield return Missing($"the job {job} {why}", $"`build: {{ {job}: {{ run: ... }} }}`");
        foreach (var template in Templates)
            if (WhyNot(spec, each => each.Template is { } used && TemplateName.IsOf(used, template)) is { } why)
                yield return Missing($"a job of the template {template} {why}",
                    $"`build: {{ {template.Split('@')[0]}: {{ use: {template} }} }}`");
    }

    /// <summary>Null when such a job runs whatever the change is, so that nothing is released without it.</summary>
    private static string? WhyNot(ServiceSpec spec, Func<JobSpec, bool> isMeant)
    {
        var meant = spec.Jobs.Where(isMeant).ToList();
        if (meant.Count == 0) return "is required and not there";
        return meant.Any(job => job.When is null && job.Paths.IsDefaultOrEmpty) ? null
            : "is required and may be skipped by its `when` or `paths`";
    }

    private static MissingPart Missing(string says, string write) => new("", says, write, null, null);

    private static string Percent(double share) =>
        (share * 100).ToString("0.######", CultureInfo.InvariantCulture) + "%";
}

/// <param name="Says">What is missing: a clause.</param>
/// <param name="Write">What to write in headway.yaml.</param>
/// <param name="RefusedFrom">Null: refused now.</param>
public sealed record MissingPart(string Requirement, string Says, string Write, string? Why, DateOnly? RefusedFrom)
{
    public override string ToString() =>
        $"Requirement {Requirement}: {Says}. Write {Write}."
        + (Why is null ? "" : $" Why: {Why.TrimEnd('.')}.")
        + (RefusedFrom is { } day ? $" Refused from {day:yyyy-MM-dd} on." : "");
}
