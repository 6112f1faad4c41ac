using System.Buffers;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace Headway.Node.Gateway.Forwarding;

/// <summary>
/// W3C trace context: a valid `traceparent` is passed on as it is, since this gateway records no span of its own;
/// otherwise a new one begins here, marked as sampled, which is what an absent one means to most samplers.
/// </summary>
internal static class Tracing
{
    private const string Parent = "traceparent", Id = "x-request-id";
    private const int LongestId = 128;
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    public static string Continue(IHeaderDictionary incoming, HttpRequestHeaders outgoing)
    {
        var given = incoming.TraceParent;
        if (given.Count == 1 && IsValid(given[0])) return given[0]!;
        if (given.Count > 0)
        {
            outgoing.Remove(Parent);
            outgoing.Remove("tracestate");
        }
        var made = New();
        outgoing.TryAddWithoutValidation(Parent, made);
        return made;
    }

    public static string RequestId(IHeaderDictionary incoming, HttpRequestHeaders outgoing)
    {
        var given = incoming[Id];
        if (given.Count == 1 && given[0] is { Length: > 0 and <= LongestId } id) return id;
        if (given.Count > 0) outgoing.Remove(Id);
        var made = string.Create(32, 0, (letters, _) => Random.Shared.GetHexString(letters, lowercase: true));
        outgoing.TryAddWithoutValidation(Id, made);
        return made;
    }

    internal static bool IsValid(string? parent) =>
        parent is { Length: >= 55 } && parent[2] == '-' && parent[35] == '-' && parent[52] == '-'
        && !parent.StartsWith("ff", StringComparison.Ordinal)
        && (parent.Length == 55 || (parent[..2] != "00" && parent[55] == '-'))
        && IsHex(parent.AsSpan(0, 2)) && IsHex(parent.AsSpan(53, 2))
        && IsHex(parent.AsSpan(3, 32)) && parent.AsSpan(3, 32).ContainsAnyExcept('0')
        && IsHex(parent.AsSpan(36, 16)) && parent.AsSpan(36, 16).ContainsAnyExcept('0');

    private static bool IsHex(ReadOnlySpan<char> letters) => !letters.ContainsAnyExcept(LowerHex);

    private static string New() => string.Create(55, 0, (letters, _) =>
    {
        "00-".CopyTo(letters);
        Random.Shared.GetHexString(letters.Slice(3, 32), lowercase: true);
        letters[35] = '-';
        Random.Shared.GetHexString(letters.Slice(36, 16), lowercase: true);
        "-01".CopyTo(letters[52..]);
    });
}
