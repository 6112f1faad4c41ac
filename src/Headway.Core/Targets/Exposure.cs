using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Evidence.Answers;

namespace Headway.Core.Targets;

/// <summary>Who meets the candidate. The kind decides which evidence is valid (only Fraction is random).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Fraction), "fraction")]
[JsonDerivedType(typeof(Segment), "segment")]
[JsonDerivedType(typeof(Cells), "cells")]
[JsonDerivedType(typeof(Mirror), "mirror")]
public abstract record Exposure
{
    private Exposure() { }

    /// <summary>A random share, 0 to 1, of requests or clients: valid for the sequential comparison.</summary>
    public sealed record Fraction(double Share, ExposureUnit Unit) : Exposure;

    /// <summary>Those for whom a condition holds; judged by guards, never by the sequential comparison.</summary>
    public sealed record Segment(string When, double Share) : Exposure;

    /// <summary>Named cells; judged by guards and by each cell's own past.</summary>
    public sealed record Cells(ImmutableArray<string> Names) : Exposure
    {
        public bool Equals(Cells? other) => other is not null && Names.SequenceEqual(other.Names);
        public override int GetHashCode() => Names.Length;
    }

    /// <summary>Copies of a random share of requests, whose answers users never see; judged by how the answers differ.</summary>
    public sealed record Mirror(double Share) : Exposure
    {
        public MirrorRules Rules { get; init; } = MirrorRules.Default;
    }

    public static readonly Exposure Nobody = new Fraction(0, ExposureUnit.Client);

    /// <summary>The share of users that meet the candidate, 0 to 1; cells and mirrors count as none and all.</summary>
    public double ShareOfUsers => this switch
    {
        Fraction fraction => fraction.Share,
        Segment segment => segment.Share,
        Cells cells => cells.Names.IsDefaultOrEmpty ? 0 : 1,
        _ => 0,
    };
}

[JsonConverter(typeof(JsonStringEnumConverter<ExposureUnit>))]
public enum ExposureUnit { Client, Request, User }
