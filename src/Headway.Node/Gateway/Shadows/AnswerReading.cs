using System.Collections.Immutable;
using System.IO.Compression;
using Headway.Core.Evidence.Answers;

namespace Headway.Node.Gateway.Shadows;

/// <summary>From what came over the wire to what is compared: chosen headers, and the body without its compression.</summary>
internal static class AnswerReading
{
    /// <summary>A body that grows beyond this when it is unpacked is compared as it was sent.</summary>
    private const int MostUnpacked = 1 << 20;

    public static ImmutableSortedDictionary<string, string> HeadersOf(HttpResponseMessage response, MirrorRules rules)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var name in rules.Headers.Append("content-type").Append("content-encoding"))
            if (response.Headers.NonValidated.TryGetValues(name, out var values)
                || response.Content.Headers.NonValidated.TryGetValues(name, out values))
                found[name] = values.ToString();
        return found.ToImmutable();
    }

    public static Answer Of(int status, ImmutableSortedDictionary<string, string> headers, Tee tee)
    {
        var body = tee.Kept;
        if (!tee.IsOver && headers.TryGetValue("content-encoding", out var encoding)
            && Unpacked(body, encoding) is { } plain)
            return new(status, headers, plain, plain.Length, null);
        return new(status, headers, body, tee.Length, tee.Digest());
    }

    private static byte[]? Unpacked(ReadOnlyMemory<byte> body, string encoding)
    {
        using var packed = new MemoryStream(body.ToArray());
        using Stream? unpacking = encoding.Trim().ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => new GZipStream(packed, CompressionMode.Decompress),
            "br" => new BrotliStream(packed, CompressionMode.Decompress),
            "deflate" => new ZLibStream(packed, CompressionMode.Decompress),
            _ => null,
        };
        if (unpacking is null) return null;
        try
        {
            var plain = new byte[MostUnpacked + 1];
            var length = unpacking.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
            return length > MostUnpacked ? null : plain[..length];
        }
        catch (Exception failure) when (failure is InvalidDataException or InvalidOperationException or IOException)
        {
            return null;
        }
    }
}
