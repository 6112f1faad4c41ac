using System.Runtime.CompilerServices;

namespace Headway.Node.Gateway.Counting;

/// <summary>
/// Names of routes: the method, and the path with everything that looks like an identity replaced by `{id}`. A path is hashed segment
/// by segment without making a string; the name is made once. At most 200 routes are told apart, the rest is `*`;
/// once a minute those not asked for make room.
/// </summary>
internal sealed class RouteNames
{
    public const byte Rest = 0;
    public const int Most = 200;
    private const int LongestName = 200;
    private readonly string[] names = new string[Most];
    private readonly long[] uses = new long[Most];
    private readonly Stack<byte> free = new();
    private readonly Lock gate = new();
    private volatile Dictionary<ulong, byte> known = [];

    public RouteNames()
    {
        names[Rest] = "*";
        for (var i = Most - 1; i > 0; i--) free.Push((byte)i);
    }

    public string NameOf(byte route) => names[route];

    public byte Of(string method, string path)
    {
        if (path.Length == 0) path = "/";
        method = Known(method);
        var hash = Hash(method, path);
        if (known.TryGetValue(hash, out var route))
        {
            uses[route]++;
            return route;
        }
        return Learn(hash, method, path);
    }

    /// <summary>A method of our own naming: strangers may send any word.</summary>
    private static string Known(string method) => method switch
    {
        "GET" or "POST" or "PUT" or "DELETE" or "PATCH" or "HEAD" or "OPTIONS" => method,
        _ => "OTHER",
    };

    private byte Learn(ulong hash, string method, string path)
    {
        lock (gate)
        {
            if (known.TryGetValue(hash, out var route)) return route;
            if (path.Length > LongestName || !free.TryPop(out route)) return Rest;
            names[route] = $"{method} {Template(path)}";
            uses[route] = 1;
            known = new(known) { [hash] = route };
            return route;
        }
    }

    /// <summary>Forgets routes with less than one request in a thousand, when few places are left.</summary>
    /// <remarks>A freed place keeps its name until it is taken, so batches still open name it rightly or as its heir.</remarks>
    public void MakeRoom()
    {
        lock (gate)
        {
            if (free.Count < Most / 4)
            {
                var enough = Math.Max(2, uses.Sum() / 1000);
                var kept = new Dictionary<ulong, byte>();
                foreach (var (hash, route) in known)
                {
                    if (uses[route] >= enough) kept.Add(hash, route);
                    else free.Push(route);
                }
                known = kept;
            }
            Array.Clear(uses);
        }
    }

    private static ulong Hash(string method, string path)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in method) hash = Mix(hash, letter);
        for (var start = 0; start < path.Length;)
        {
            var end = EndOf(path, start);
            if (IsIdentity(path.AsSpan(start, end - start)))
                hash = Mix(hash, '\u0001');
            else
                for (var i = start; i < end; i++) hash = Mix(hash, path[i]);
            hash = Mix(hash, '/');
            start = end + 1;
        }
        return hash;
    }

    internal static string Template(string path)
    {
        var segments = path.Split('/');
        for (var i = 0; i < segments.Length; i++)
            if (IsIdentity(segments[i])) segments[i] = "{id}";
        return string.Join('/', segments);
    }

    private static int EndOf(string path, int start)
    {
        var end = path.IndexOf('/', start);
        return end < 0 ? path.Length : end;
    }

    /// <summary>Digits alone, or 8 and more hexadecimal digits (with dashes: a UUID) among which is a digit.</summary>
    internal static bool IsIdentity(ReadOnlySpan<char> segment)
    {
        if (segment.IsEmpty) return false;
        var (digits, others) = (0, 0);
        foreach (var letter in segment)
        {
            if (char.IsAsciiDigit(letter)) digits++;
            else if (char.IsAsciiHexDigit(letter) || letter == '-') others++;
            else return false;
        }
        return others == 0 || (digits > 0 && segment.Length >= 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong hash, char letter) => (hash ^ letter) * 1099511628211UL;
}
