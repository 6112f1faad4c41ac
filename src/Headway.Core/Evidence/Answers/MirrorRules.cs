using System.Collections.Immutable;

namespace Headway.Core.Evidence.Answers;

/// <summary>Which requests are copied to a candidate that no user meets, and how answers are compared.</summary>
public sealed record MirrorRules
{
    /// <summary>Methods that change nothing by definition (RFC 9110, 9.2.1): a copy changes nothing either.</summary>
    public static readonly ImmutableArray<string> SafeMethods = ["GET", "HEAD", "OPTIONS"];

    public static readonly MirrorRules Default = new();

    /// <summary>In capitals. What a copy of any but the safe ones writes is written twice.</summary>
    public ImmutableArray<string> Methods { get; init; } = SafeMethods;

    /// <summary>Paths into JSON answers that are not compared, as <see cref="PathPattern"/> reads them.</summary>
    public ImmutableArray<string> Ignore { get; init; } = [];

    /// <summary>Arrays in JSON answers whose order means nothing.</summary>
    public ImmutableArray<string> Sort { get; init; } = [];

    /// <summary>Headers of answers that are compared.</summary>
    public ImmutableArray<string> Headers { get; init; } = ["content-type"];

    /// <summary>Numbers that differ by no more than this share of stable's number are the same.</summary>
    public double Tolerance { get; init; }

    public static bool IsSafe(string method) => SafeMethods.Contains(method, StringComparer.Ordinal);

    public bool Equals(MirrorRules? other) => other is not null && Tolerance.Equals(other.Tolerance)
        && Methods.SequenceEqual(other.Methods) && Ignore.SequenceEqual(other.Ignore)
        && Sort.SequenceEqual(other.Sort) && Headers.SequenceEqual(other.Headers);

    public override int GetHashCode() =>
        HashCode.Combine(Tolerance, Methods.Length, Ignore.Length, Sort.Length, Headers.Length);
}
