using System.Collections.Immutable;

namespace Headway.Core.Evidence.Journeys;

/// <summary>
/// One request of a journey and what its answer must be. Path, headers, body and expected values may hold `{name}`,
/// which stands for what an earlier step has extracted.
/// </summary>
/// <param name="Method">GET, POST ...</param>
/// <param name="Path">Begins with `/`.</param>
public sealed record JourneyStep(string Method, string Path)
{
    /// <summary>How long the whole answer may take when the step does not say.</summary>
    public static readonly TimeSpan DefaultWithin = TimeSpan.FromSeconds(5);

    /// <summary>Sent as they are written; cookies of earlier answers and our own tags come on top.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    public StepBody? Body { get; init; }

    /// <summary>Null: any of 2xx and 3xx.</summary>
    public int? Status { get; init; }

    /// <summary>How long the whole answer may take; null for <see cref="DefaultWithin"/>.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>Text that must stand in the answer.</summary>
    public string? Contains { get; init; }

    /// <summary>Headers of the answer and what each must contain, whatever its case.</summary>
    public ImmutableSortedDictionary<string, string> Header { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What must hold of the answer as JSON.</summary>
    public ImmutableArray<JsonExpected> Json { get; init; } = [];

    /// <summary>Names for later steps, and the JSON path at which each value stands in this answer.</summary>
    public ImmutableSortedDictionary<string, string> Extract { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Redirects to the same host are followed, unless one is what is expected.</summary>
    public bool Follows { get; init; } = true;

    public bool NeedsJson => !Json.IsDefaultOrEmpty || Extract.Count > 0;
}

/// <param name="Type">Of the content, as it is sent.</param>
/// <param name="Text">With placeholders; for JSON they are filled in with their kind, a number as a number.</param>
public sealed record StepBody(string Type, string Text)
{
    public const string Json = "application/json", Form = "application/x-www-form-urlencoded", Plain = "text/plain";
}

/// <param name="Path">A JSON path.</param>
/// <param name="Value">JSON text that must stand there, or null when anything will do as long as it is there.</param>
public sealed record JsonExpected(string Path, string? Value);

/// <summary>What is said to an instance's port, and what it must answer.</summary>
/// <param name="Send">Null: nothing is said, connecting is enough.</param>
/// <param name="Expect">Text that must stand in the answer; null when none is waited for.</param>
public sealed record TcpTalk(string? Send, string? Expect);
