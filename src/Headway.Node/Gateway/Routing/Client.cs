using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;

namespace Headway.Node.Gateway.Routing;

/// <summary>Who asks, as a stable hash: the same in every gateway and after every restart.</summary>
/// <param name="Hash">64 bits of the user's id, else of the credential, else of address and agent.</param>
/// <param name="Identified">By an id or a credential, not by the address alone.</param>
internal readonly record struct Client(ulong Hash, bool Identified)
{
    public static Client Of(HttpRequest request, GatewayOptions options, ulong addressHash)
    {
        var headers = request.Headers;
        if (headers.TryGetValue(options.UserHeader, out var user) && user.Count > 0 && user[0]!.Length > 0)
            return new(HashOf(user[0], 1), Identified: true);
        if (options.UserCookie is { } cookie && request.Cookies[cookie] is { Length: > 0 } value)
            return new(HashOf(value, 2), Identified: true);
        if (headers.Authorization is { Count: > 0 } credential)
            return new(HashOf(credential[0], 3), Identified: true);
        if (headers.TryGetValue("x-api-key", out var key) && key.Count > 0)
            return new(HashOf(key[0], 4), Identified: true);
        var agent = headers.UserAgent;
        return new(HashOf(agent.Count > 0 ? agent[0] : null, addressHash), Identified: false);
    }

    /// <summary>Uniform on [0, 1) over clients, independent from salt to salt.</summary>
    public static double Draw(ulong hash, ulong salt) => (Finish(hash ^ salt) >> 11) * (1.0 / (1UL << 53));

    public static ulong HashOf(ReadOnlySpan<char> text, ulong seed)
    {
        var hash = seed * 0x9E3779B97F4A7C15UL + (ulong)text.Length;
        while (text.Length >= 4)
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(text))) * 0xD6E8FEB86659FD93UL;
            hash ^= hash >> 32;
            text = text[4..];
        }
        foreach (var letter in text) hash = (hash ^ letter) * 0xD6E8FEB86659FD93UL;
        return Finish(hash);
    }

    /// <summary>The finalizer of MurmurHash3: every bit in moves half of the bits out.</summary>
    private static ulong Finish(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDUL;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53UL;
        return hash ^ (hash >> 33);
    }
}
