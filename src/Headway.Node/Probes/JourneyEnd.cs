using System.Collections.Immutable;

namespace Headway.Node.Probes;

/// <summary>What came of one request.</summary>
/// <param name="Request">`POST /cart`, with its placeholders: values of answers may be secret.</param>
/// <param name="Status">Null when no answer came.</param>
/// <param name="Failure">A clause, or null when all was as expected.</param>
public sealed record StepEnd(string Request, int? Status, TimeSpan Took, string? Failure);

/// <summary>What came of one run: the steps up to the first that failed.</summary>
public sealed record JourneyEnd(ImmutableArray<StepEnd> Steps, string TraceId)
{
    public bool IsGood => Steps.All(step => step.Failure is null);

    /// <summary>`step 2 POST /cart: status 500 instead of 201`; null when it went well.</summary>
    /// <param name="numbered">There is more than one step.</param>
    public string? Says(bool numbered) => Steps.LastOrDefault() is { Failure: { } failure } last
        ? $"{(numbered ? $"step {Steps.Length} " : "")}{last.Request}: {failure}" : null;
}
