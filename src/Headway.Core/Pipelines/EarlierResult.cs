using System.Collections.Immutable;

namespace Headway.Core.Pipelines;

/// <summary>What a job of an earlier run made.</summary>
public sealed record EarlierResult(string Run, string Job, string? Digest, ImmutableArray<JobResult> Results);

/// <summary>What is known of earlier runs while a run is decided.</summary>
/// <param name="Tools">What runners say of theirs: a result counts when one of them would have the same tools.</param>
/// <param name="ByKey">The result under a key; only such whose files are still there and sound.</param>
/// <param name="AtBase">
/// The result of a job in the succeeded run of the commit that changes are counted from, likewise.
/// </param>
public sealed record EarlierResults(
    ImmutableArray<string> Tools, Func<string, EarlierResult?> ByKey, Func<string, EarlierResult?> AtBase)
{
    public static readonly EarlierResults None = new([], _ => null, _ => null);
}
