using Headway.Core.Conditions.Values;
using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

/// <summary>IP addresses and networks.</summary>
internal static class NetworkFunctions
{
    public static readonly Function[] All =
    [
        Function.Global("ip", a => a is [Text(var text)] ? Networks.Address(text) : a is [Address] ? a[0] : null),
        Function.Global("cidr", a => a is [Text(var text)] ? Networks.Network(text) : a is [Network] ? a[0] : null),
        Function.Global("isIP", a => a is [Text(var text)] ? Bool.Of(Networks.Address(text) is Address) : null),
        Function.Global("isCIDR", a => a is [Text(var text)] ? Bool.Of(Networks.Network(text) is Network) : null),
        Function.Global("ip.isCanonical", a => a is [Text(var text)] ? IsCanonical(text) : null),
        Function.Member("family", a => a is [Address address] ? new Int(address.IsVersion6 ? 6 : 4) : null),
        Kind("isUnspecified", address => address.Bits == 0),
        Kind("isLoopback", IsLoopback),
        Kind("isLinkLocalUnicast", IsLinkLocal),
        Kind("isLinkLocalMulticast", address => address.IsVersion6
            ? address.Bits >> 112 is var top && (top & 0xFF0F) == 0xFF02 : address.Bits >> 8 == 0xE00000),
        Kind("isGlobalUnicast", address => address.Bits != 0 && !IsLoopback(address) && !IsLinkLocal(address)
            && !IsMulticast(address) && (address.IsVersion6 || address.Bits != 0xFFFF_FFFF)),
        Function.Member("ip", a => a is [Network network] ? network.Start : null),
        Function.Member("prefixLength", a => a is [Network network] ? new Int(network.PrefixLength) : null),
        Function.Member("masked", a => a is [Network network]
            ? network with { Start = Networks.Masked(network.Start, network.PrefixLength) } : null),
        Function.Member("containsIP", a => Contains(a, Networks.Address)),
        Function.Member("containsCIDR", a => Contains(a, Networks.Network)),
    ];

    private static Function Kind(string name, Func<Address, bool> of) =>
        Function.Member(name, a => a is [Address address] ? Bool.Of(of(Networks.Plain(address))) : null);

    private static ConditionValue IsCanonical(string text) => Networks.Address(text) is var read
        && read is Address address ? Bool.Of(Networks.Text(address) == text) : read;

    private static bool IsLoopback(Address address) =>
        address.IsVersion6 ? address.Bits == 1 : address.Bits >> 24 == 127;

    private static bool IsLinkLocal(Address address) =>
        address.IsVersion6 ? address.Bits >> 118 == 0xFE80 >> 6 : address.Bits >> 16 == 0xA9FE;

    private static bool IsMulticast(Address address) =>
        address.IsVersion6 ? address.Bits >> 120 == 0xFF : address.Bits >> 28 == 0xE;

    private static ConditionValue? Contains(ConditionValue[] a, Func<string, ConditionValue> read)
    {
        if (a is not [Network network, var other]) return null;
        return (other is Text(var text) ? read(text) : other) switch
        {
            Address address => Bool.Of(Networks.Contains(network, address)),
            Network inner => Bool.Of(
                inner.PrefixLength >= network.PrefixLength && Networks.Contains(network, inner.Start)),
            Failed wrong => wrong,
            _ => null,
        };
    }
}
