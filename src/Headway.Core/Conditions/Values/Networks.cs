using System.Globalization;

namespace Headway.Core.Conditions.Values;

/// <summary>IP addresses and networks as text. Written here because the core knows nothing of the network.</summary>
internal static class Networks
{
    private const int MostLength = 64;

    /// <summary>An address of version 4 that is written as one of version 6 is that of version 4.</summary>
    public static ConditionValue.Address Plain(ConditionValue.Address address) =>
        address.IsVersion6 && address.Bits >> 32 == 0xFFFF ? new(address.Bits & 0xFFFF_FFFF, false) : address;

    public static ConditionValue Address(string text)
    {
        if (text.Contains('%')) return new ConditionValue.Failed("IP Address with zone value is not allowed");
        if (text.StartsWith("::ffff:", StringComparison.OrdinalIgnoreCase) && text.Contains('.'))
            return new ConditionValue.Failed("IPv4-mapped IPv6 address is not allowed");
        return TryRead(text) ?? (ConditionValue)new ConditionValue.Failed(
            $"IP Address '{Notation.Short(text)}' parse error during conversion from string");
    }

    public static ConditionValue Network(string text)
    {
        if (text.Contains('%')) return new ConditionValue.Failed("CIDR with zone value is not allowed");
        var slash = text.LastIndexOf('/');
        if (slash >= 0 && slash <= text.Length - 2 && text.Length - slash <= 4)
        {
            var start = Address(text[..slash]);
            if (start is ConditionValue.Failed { Says: ['I', 'P', 'v', ..] }) return start;
            if (start is ConditionValue.Address address && text[slash + 1] != '+'
                && (text[slash + 1] != '0' || text.Length == slash + 2)
                && byte.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                && length <= Size(address))
                return new ConditionValue.Network(address, length);
        }
        return new ConditionValue.Failed(
            $"network address parse error during conversion from string: '{Notation.Short(text)}'");
    }

    public static int Size(ConditionValue.Address address) => address.IsVersion6 ? 128 : 32;

    public static ConditionValue.Address Masked(ConditionValue.Address address, int length)
    {
        var rest = Size(address) - length;
        return address with { Bits = rest >= 128 ? 0 : address.Bits >> rest << rest };
    }

    public static bool Contains(ConditionValue.Network network, ConditionValue.Address address) =>
        network.Start.IsVersion6 == address.IsVersion6
        && Masked(network.Start, network.PrefixLength) == Masked(address, network.PrefixLength);

    public static string Text(ConditionValue.Network network) => $"{Text(network.Start)}/{network.PrefixLength}";

    public static string Text(ConditionValue.Address address)
    {
        var bits = address.Bits;
        if (!address.IsVersion6)
            return $"{(byte)(bits >> 24)}.{(byte)(bits >> 16)}.{(byte)(bits >> 8)}.{(byte)bits}";
        var groups = Enumerable.Range(0, 8).Select(i => (ushort)(bits >> (112 - 16 * i))).ToArray();
        var (at, length) = LongestZeros(groups);
        if (length < 2) return string.Join(':', groups.Select(Hex));
        return $"{string.Join(':', groups[..at].Select(Hex))}::{string.Join(':', groups[(at + length)..].Select(Hex))}";
    }

    private static string Hex(ushort group) => group.ToString("x", CultureInfo.InvariantCulture);

    private static (int At, int Length) LongestZeros(ushort[] groups)
    {
        var best = (At: 0, Length: 0);
        for (var i = 0; i < groups.Length; i++)
        {
            var length = groups.Skip(i).TakeWhile(group => group == 0).Count();
            if (length > best.Length) best = (i, length);
        }
        return best;
    }

    private static ConditionValue.Address? TryRead(string text)
    {
        if (text.Length is 0 or > MostLength) return null;
        if (!text.Contains(':')) return Version4(text) is { } bits ? new(bits, false) : null;
        var halves = text.Split("::");
        if (halves.Length > 2) return null;
        var front = Groups(halves[0]);
        var back = halves.Length == 2 ? Groups(halves[1]) : [];
        if (front is null || back is null) return null;
        var missing = 8 - front.Count - back.Count;
        if (halves.Length == 2 ? missing < 1 : missing != 0) return null;
        UInt128 sum = 0;
        foreach (var group in front.Concat(Enumerable.Repeat((ushort)0, missing)).Concat(back)) sum = sum << 16 | group;
        return new(sum, true);
    }

    private static List<ushort>? Groups(string half)
    {
        var groups = new List<ushort>();
        if (half.Length == 0) return groups;
        foreach (var part in half.Split(':'))
        {
            if (part.Length is 0 or > 4 || !ushort.TryParse(
                part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var group)) return null;
            groups.Add(group);
        }
        return groups;
    }

    private static uint? Version4(string text)
    {
        var parts = text.Split('.');
        if (parts.Length != 4) return null;
        var bits = 0u;
        foreach (var part in parts)
        {
            if (part.Length is 0 or > 3 || part.Length > 1 && part[0] == '0'
                || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var octet)) return null;
            bits = bits << 8 | octet;
        }
        return bits;
    }
}
