using System.Collections.Immutable;
using Headway.Core.Conditions.Values;

namespace Headway.Core.Conditions;

/// <summary>
/// A value of the condition language. The cases of C# equality are not those of the language (there 1 == 1u, and NaN
/// equals nothing): compare with <see cref="SameAs"/>.
/// </summary>
public abstract record ConditionValue
{
    private ConditionValue() { }

    /// <summary>What `type(value)` is called in the language.</summary>
    public abstract string TypeName { get; }

    /// <summary>About how many bytes the value takes when everything in it is written out.</summary>
    internal virtual long Weight => 16;

    /// <summary>The language's `==`.</summary>
    public bool SameAs(ConditionValue other) => Equality.Same(this, other, Evaluation.Budget.Unlimited());

    /// <summary>The value as the language writes it, so that reading it again gives the same value.</summary>
    public string ToNotation() => Notation.Of(this);

    public sealed override string ToString() => ToNotation();

    public sealed record Null : ConditionValue
    {
        public static readonly Null Value = new();
        private Null() { }
        public override string TypeName => "null_type";
    }

    public sealed record Bool(bool Is) : ConditionValue
    {
        public static readonly Bool True = new(true);
        public static readonly Bool False = new(false);
        public static Bool Of(bool value) => value ? True : False;
        public override string TypeName => "bool";
    }

    public sealed record Int(long Number) : ConditionValue
    {
        public override string TypeName => "int";
    }

    public sealed record UInt(ulong Number) : ConditionValue
    {
        public override string TypeName => "uint";
    }

    public sealed record Double(double Number) : ConditionValue
    {
        public override string TypeName => "double";
    }

    public sealed record Text(string Characters) : ConditionValue
    {
        public override string TypeName => "string";
        internal override long Weight => 16 + 2L * Characters.Length;
    }

    public sealed record Bytes(ImmutableArray<byte> Octets) : ConditionValue
    {
        public override string TypeName => "bytes";
        internal override long Weight => 16 + 2L * Octets.Length;
    }

    public sealed record List(ImmutableArray<ConditionValue> Items) : ConditionValue
    {
        public static readonly List Empty = new([]);
        public override string TypeName => "list";
        internal override long Weight { get; } = 16 + Weigh(Items);
    }

    /// <summary>Keys are bool, int, uint or string; numbers that are equal are the same key.</summary>
    public sealed record Map(MapEntries Entries) : ConditionValue
    {
        public override string TypeName => "map";
        internal override long Weight { get; } = 16 + Weigh(Entries.Keys) + Weigh(Entries.Values);
    }

    public sealed record Type(string Name) : ConditionValue
    {
        public override string TypeName => "type";
    }

    /// <summary>A moment of the years 1 to 9999, in seconds since 1970 and the nanoseconds after them.</summary>
    public sealed record Timestamp(long Seconds, int Nanoseconds) : ConditionValue
    {
        public override string TypeName => "google.protobuf.Timestamp";

        public static Timestamp At(DateTimeOffset moment)
        {
            var ticks = moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
            var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
            if (rest < 0) (seconds, rest) = (seconds - 1, rest + TimeSpan.TicksPerSecond);
            return new(seconds, (int)rest * 100);
        }
    }

    /// <summary>A length of time, up to about 292 years either way.</summary>
    public sealed record Duration(long Nanoseconds) : ConditionValue
    {
        public override string TypeName => "google.protobuf.Duration";
    }

    /// <summary>A value that may be missing: null when it is.</summary>
    public sealed record Optional(ConditionValue? Held) : ConditionValue
    {
        public static readonly Optional None = new((ConditionValue?)null);
        public override string TypeName => "optional_type";
        internal override long Weight => 16 + (Held?.Weight ?? 0);
    }

    /// <summary>An IP address; one of version 4 stands in the lower 32 bits.</summary>
    public sealed record Address(UInt128 Bits, bool IsVersion6) : ConditionValue
    {
        public override string TypeName => "net.IP";
    }

    public sealed record Network(Address Start, int PrefixLength) : ConditionValue
    {
        public override string TypeName => "net.CIDR";
    }

    /// <summary>google.protobuf.Empty, the one message that stands for nothing else.</summary>
    public sealed record EmptyMessage : ConditionValue
    {
        public static readonly EmptyMessage Value = new();
        private EmptyMessage() { }
        public override string TypeName => "google.protobuf.Empty";
    }

    /// <summary>An error on its way through the expression; only logic such as `||` can absorb it.</summary>
    /// <param name="Says">What is wrong.</param>
    /// <param name="At">Index in the expression's text; negative until the expression that failed is known.</param>
    internal sealed record Failed(string Says, int At = -1) : ConditionValue
    {
        public override string TypeName => "error";

        /// <summary>A word that is not known, and those that are: the nearest is only looked for to be shown.</summary>
        public (string Written, Func<IEnumerable<string>> Known)? Word { get; init; }

        public string Sentence => Word is { } word && NearestWord.To(
            word.Written, word.Known().Where(known => char.IsAsciiLetter(known.FirstOrDefault()))) is { } near
            ? $"{Says}; did you mean '{near}'?" : Says;
    }

    private static long Weigh(ImmutableArray<ConditionValue> items)
    {
        var sum = 0L;
        foreach (var item in items) sum += 8 + item.Weight;
        return sum;
    }
}
