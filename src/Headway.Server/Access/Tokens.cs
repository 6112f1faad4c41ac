using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Access;
using Headway.Server.Storage;

namespace Headway.Server.Access;

/// <summary>
/// All tokens, in rows of the store and in memory. A secret is 256 random bits, so its plain SHA-256 cannot be guessed
/// back and needs no slow hash.
/// </summary>
public sealed class Tokens : IDisposable
{
    /// <summary>Where the first admin token is written (0600) for the command line on the same machine.</summary>
    public const string AdminFile = "admin.token";

    private const string Kind = "token";
    private const string Prefix = "hw_";
    private const int SecretBytes = 32;
    private static readonly TimeSpan UseIsNotedEvery = TimeSpan.FromMinutes(1);

    private readonly IEventStore store;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim changing = new(1, 1);
    private readonly ConcurrentDictionary<string, Held> byHash = new(StringComparer.Ordinal);

    private Tokens(IEventStore store, TimeProvider time) => (this.store, this.time) = (store, time);

    public ImmutableArray<AccessToken> All =>
        [.. byHash.Values.Select(held => held.Token)
            .OrderBy(token => token.CreatedAt).ThenBy(token => token.Hash, StringComparer.Ordinal)];

    /// <summary>Loads the rows. Without any admin token one is made and written into the data folder.</summary>
    public static async Task<Tokens> OpenAsync(
        IEventStore store, string dataFolder, TimeProvider time, CancellationToken stop)
    {
        var tokens = new Tokens(store, time);
        foreach (var row in await store.ReadRowsAsync(Kind, stop))
            tokens.byHash[row.Key] = new(JsonSerializer.Deserialize<AccessToken>(row.Value, Wire.Json)!, row.Version);
        await tokens.ForgetExpiredAsync(stop);
        var now = time.GetUtcNow();
        var isThere = tokens.All.Any(
            token => token is { Use: TokenUse.Bearer, Scope: Scope.Admin } && token.IsValid(now));
        if (isThere) return tokens;
        var admin = new NewToken(
            NewSecret(), new("", "first admin", TokenUse.Bearer, Scope.Admin, null, now, null, null, null));
        // The file first: a row without it would be an admin that nobody can be.
        SecretFile.Write(Path.Combine(dataFolder, AdminFile), admin.Secret + "\n");
        await tokens.KeepAsync(admin, stop);
        return tokens;
    }

    /// <param name="node">For scope `node`: the only node that the token may speak for.</param>
    public Task<NewToken> CreateAsync(string name, Scope scope, string? node, CancellationToken stop) =>
        AddAsync(new("", name, TokenUse.Bearer, scope, node, time.GetUtcNow(), null, null, null), stop);

    /// <summary>A token with what it may do in the registry.</summary>
    public Task<NewToken> CreateAsync(
        string name, Scope scope, ImmutableArray<RepositoryGrant> repositories, CancellationToken stop) =>
        AddAsync(new("", name, TokenUse.Bearer, scope, null, time.GetUtcNow(), null, null, null, repositories), stop);

    /// <summary>Of whoever was let in by somebody else's word, with a cookie.</summary>
    public Task<NewToken> CreateSessionAsync(Principal who, TimeSpan validFor, CancellationToken stop) =>
        AddAsync(new("", who.Name, TokenUse.Session, Scope.Read, null, time.GetUtcNow(), time.GetUtcNow() + validFor, null, null)
        {
            Emails = who.Emails, Groups = who.Groups, Grants = who.Grants,
        }, stop);

    /// <summary>As it is written, but for its secret.</summary>
    public Task<NewToken> CreateAsync(AccessToken draft, CancellationToken stop) =>
        AddAsync(draft with { Use = TokenUse.Bearer, CreatedAt = time.GetUtcNow() }, stop);

    /// <summary>Null when there is no valid token of that id. The old one goes on for the overlap, so that nobody is cut off.</summary>
    public async Task<(NewToken Made, AccessToken Old)?> RotateAsync(string id, TimeSpan overlap, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        if (byHash.Values.FirstOrDefault(held => held.Token.Id == id && held.Token is { Use: TokenUse.Bearer } && held.Token.IsValid(now)) is not { } found)
            return null;
        var lasts = found.Token.ExpiresAt - found.Token.CreatedAt;
        var made = await AddAsync(found.Token with { CreatedAt = now, ExpiresAt = now + lasts, LastUsedAt = null }, stop);
        var ends = now + overlap;
        await ChangeAsync(found.Token.Hash, held => held with { ExpiresAt = held.ExpiresAt is { } before && before < ends ? before : ends }, stop);
        return (made, byHash[found.Token.Hash].Token);
    }

    /// <summary>The part behind `/?token=` of a link that signs a browser in, once.</summary>
    public Task<NewToken> CreateLinkAsync(string name, TimeSpan validFor, CancellationToken stop) =>
        AddAsync(new("", name, TokenUse.Link, Scope.Read, null, time.GetUtcNow(), time.GetUtcNow() + validFor, null,
            null), stop);

    /// <summary>The session that the link stands for, or null when it was used, has expired, or never was.</summary>
    public async Task<NewToken?> RedeemAsync(string secret, TimeSpan validFor, CancellationToken stop)
    {
        if (Find(secret, TokenUse.Link) is not { } link) return null;
        try
        {
            // Of two browsers that come at once the store lets one delete the row.
            await store.DeleteRowAsync(Kind, link.Hash, byHash[link.Hash].Version, stop);
        }
        catch (Exception e) when (e is VersionConflictException or KeyNotFoundException)
        {
            return null;
        }
        byHash.TryRemove(link.Hash, out _);
        var now = time.GetUtcNow();
        return await AddAsync(new("", link.Name, TokenUse.Session, link.Scope, null, now, now + validFor, null, null),
            stop);
    }

    /// <summary>
    /// The valid token of a secret, or null. Only a hash is looked up, and it is compared in constant time.
    /// </summary>
    public AccessToken? Find(string secret, TokenUse use)
    {
        var hash = HashOf(secret);
        if (!byHash.TryGetValue(hash, out var held)) return null;
        var same = CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(held.Token.Hash));
        return same && held.Token.Use == use && held.Token.IsValid(time.GetUtcNow()) ? held.Token : null;
    }

    /// <summary>Keeps when a token was last used; at most once a minute, and no request fails for it.</summary>
    public async Task NoteUseAsync(AccessToken token, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        if (now - token.LastUsedAt < UseIsNotedEvery || !byHash.ContainsKey(token.Hash)) return;
        try
        {
            await ChangeAsync(token.Hash, held => held with { LastUsedAt = now }, stop);
        }
        catch (Exception e) when (e is VersionConflictException or StorageFullException or StorageFailedException)
        {
            // Somebody else has just noted it, or the disk is full: neither is a reason to refuse the request.
        }
    }

    /// <summary>False when there is no valid token of that id. Its next request is refused.</summary>
    public async Task<bool> RevokeAsync(string id, CancellationToken stop)
    {
        var found = byHash.Values.FirstOrDefault(held => held.Token.Id == id && held.Token.RevokedAt is null);
        if (found is null) return false;
        var now = time.GetUtcNow();
        await ChangeAsync(found.Token.Hash, held => held with { RevokedAt = now }, stop);
        return true;
    }

    /// <summary>Sessions and links that have run out are forgotten; bearer tokens stay listed.</summary>
    private async Task ForgetExpiredAsync(CancellationToken stop)
    {
        var now = time.GetUtcNow();
        foreach (var (hash, held) in byHash)
        {
            if (held.Token.Use == TokenUse.Bearer || held.Token.IsValid(now)) continue;
            byHash.TryRemove(hash, out _);
            await store.DeleteRowAsync(Kind, hash, held.Version, stop);
        }
    }

    public void Dispose() => changing.Dispose();

    private Task<NewToken> AddAsync(AccessToken draft, CancellationToken stop) =>
        KeepAsync(new(NewSecret(), draft), stop);

    private async Task<NewToken> KeepAsync(NewToken made, CancellationToken stop)
    {
        var token = made.Token with { Hash = HashOf(made.Secret) };
        await store.WriteRowAsync(Kind, token.Hash, 0, JsonSerializer.SerializeToUtf8Bytes(token, Wire.Json), stop);
        byHash[token.Hash] = new(token, 1);
        return made with { Token = token };
    }

    private static string NewSecret() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    private async Task ChangeAsync(string hash, Func<AccessToken, AccessToken> change, CancellationToken stop)
    {
        await changing.WaitAsync(stop);
        try
        {
            var held = byHash[hash];
            var next = change(held.Token);
            await store.WriteRowAsync(Kind, hash, held.Version, JsonSerializer.SerializeToUtf8Bytes(next, Wire.Json),
                stop);
            byHash[hash] = new(next, held.Version + 1);
        }
        finally
        {
            changing.Release();
        }
    }

    private static string HashOf(string secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private sealed record Held(AccessToken Token, long Version);
}
