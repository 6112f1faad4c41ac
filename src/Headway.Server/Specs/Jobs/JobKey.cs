using System.Collections.Immutable;
using Headway.Core.Pipelines;

namespace Headway.Server.Specs.Jobs;

/// <summary>
/// A key of a job and what it makes of the job. Each subject has its keys in a file of its own in this folder, and
/// <see cref="JobShape"/> lists the subjects.
/// </summary>
internal sealed record JobKey(Field Field, Func<MapValues, JobSpec, JobSpec> Into)
{
    /// <summary>A key whose value is taken as it is.</summary>
    public static JobKey Of<T>(Field<T> field, Func<JobSpec, T, JobSpec> with) =>
        new(field, (values, job) => with(job, values.Get(field)));

    /// <summary>A key whose value has to fit to what else is written; the check reports what does not.</summary>
    public static JobKey Of<T>(Field<T> field, Func<JobSpec, T, JobSpec> with, Action<MapValues, T> check) =>
        new(field, (values, job) =>
        {
            if (values.Has(field)) check(values, values.Get(field));
            return with(job, values.Get(field));
        });

    /// <summary>A job of which nothing but these keys is known.</summary>
    public static JobSpec Make(ImmutableArray<JobKey> keys, MapValues values) =>
        keys.Aggregate(Empty, (job, key) => key.Into(values, job));

    private static readonly JobSpec Empty = new("", "", null, [], null, TimeSpan.FromMinutes(10), false);
}
