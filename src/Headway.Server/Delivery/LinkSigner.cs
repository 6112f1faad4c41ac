using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Storage;

namespace Headway.Server.Delivery;

/// <summary>
/// Signs links with HMAC-SHA256, so that nothing is kept about a link and none can be made or changed by anybody else. The key is
/// made once and is a row of the store; who removes it ends all links.
/// </summary>
public sealed class LinkSigner(IEventStore store, TimeProvider time) : IDisposable
{
    private const string Kind = "linkKey", Key = "approvals";
    private const int KeyBytes = 32;
    private const int LongestLink = 4096;
    private readonly SemaphoreSlim _alone = new(1);
    private byte[]? _key;

    /// <returns>`PAYLOAD.SIGNATURE`, both in base64url.</returns>
    public async Task<string> SignAsync(ApprovalLink link, CancellationToken stop)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(link, Wire.Json);
        return $"{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(HMACSHA256.HashData(await KeyAsync(stop), payload))}";
    }

    /// <returns>Null when nobody here has signed it; and whether its time is over.</returns>
    public async Task<(ApprovalLink? Link, bool IsOver)> ReadAsync(string? signed, CancellationToken stop)
    {
        if (signed is not { Length: <= LongestLink } || signed.Split('.') is not [var body, var seal]) return default;
        if (!Base64Url.IsValid(body) || !Base64Url.IsValid(seal)) return default;
        var payload = Base64Url.DecodeFromChars(body);
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(await KeyAsync(stop), payload), Base64Url.DecodeFromChars(seal)))
            return default;
        var link = JsonSerializer.Deserialize<ApprovalLink>(payload, Wire.Json)!;
        return (link, time.GetUtcNow() >= link.Until);
    }

    public void Dispose() => _alone.Dispose();

    private async Task<byte[]> KeyAsync(CancellationToken stop)
    {
        if (_key is { } known) return known;
        await _alone.WaitAsync(stop);
        try
        {
            if (_key is { } made) return made;
            if ((await store.ReadRowsAsync(Kind, stop)).FirstOrDefault(row => row.Key == Key) is { Value: { Length: > 0 } kept }) return _key = [.. kept];
            var fresh = RandomNumberGenerator.GetBytes(KeyBytes);
            await store.WriteRowAsync(Kind, Key, 0, fresh, stop);
            return _key = fresh;
        }
        finally
        {
            _alone.Release();
        }
    }
}
