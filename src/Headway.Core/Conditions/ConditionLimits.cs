namespace Headway.Core.Conditions;

/// <summary>How much an evaluation may cost. What goes beyond is an error, never a slow server.</summary>
/// <param name="Steps">
/// Nodes of the tree that are visited, rounds of comprehensions counted each time, and work on text by its length.
/// </param>
/// <param name="Bytes">Of strings, bytes, lists and maps that are made, whether they are kept or not.</param>
public sealed record ConditionLimits(long Steps = 1_000_000, long Bytes = 16 << 20)
{
    public static readonly ConditionLimits Default = new();

    /// <summary>Characters of an expression.</summary>
    public const int Length = 32 * 1024;

    /// <summary>Levels of an expression. The language asks for 32 at least.</summary>
    public const int Depth = 256;

    /// <summary>Levels of the evaluation and its values, which `cel.block` can make deeper than the text.</summary>
    public const int EvaluationDepth = 512;

    /// <summary>Bytes of one value when everything in it is written out, the same parts each time.</summary>
    public const long Weight = 64 << 20;

    /// <summary>Characters of a regular expression.</summary>
    public const int Pattern = 1000;
}
