using System.Collections.Immutable;
using Headway.Core.Rollouts;
using Headway.Core.SupplyChain;
using Headway.Server.Artifacts;
using Headway.Server.Storage;

namespace Headway.Server.SupplyChain;

/// <summary>Keys whose signatures count, as the record tells: who added or removed one is never lost.</summary>
public sealed class TrustBook(IEventStore store, ArtifactSigner signer) : IDisposable
{
    public const int MostKeys = 100;
    private const string Stream = "trust/keys";
    private readonly SemaphoreSlim _alone = new(1);
    private ImmutableSortedDictionary<string, TrustedKey> _keys = ImmutableSortedDictionary<string, TrustedKey>.Empty;
    private long _version;

    public TrustedKeys Keys => new(signer.Key, [.. _keys.Values]);

    public async Task LoadAsync(CancellationToken stop)
    {
        foreach (var recorded in await store.LoadAsync<TrustEvent>(Stream, stop)) Fold(recorded);
    }

    /// <summary>Why the key is not taken, or null.</summary>
    public async Task<string?> TrustAsync(
        string name, string pem, ImmutableArray<string> services, string actor, CancellationToken stop)
    {
        if (name is not { Length: > 0 and <= 64 } || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            return "A key is called by 1 to 64 letters, digits, `-`, `_` and `.`.";
        var (key, problem) = VerifyingKey.Read(name, pem);
        if (key is null) return problem;
        if (key.Id == signer.Key.Id) return "This is the key of this server, which is trusted always.";
        if (_keys.Count >= MostKeys && !_keys.ContainsKey(name))
            return $"{MostKeys} keys are trusted already; remove one that is not needed any more.";
        await AppendAsync(new TrustEvent.KeyTrusted(name, key.Pem, services.IsDefault ? [] : services), actor, stop);
        return null;
    }

    /// <summary>False when there is no such key.</summary>
    public async Task<bool> DistrustAsync(string name, string why, string actor, CancellationToken stop)
    {
        if (!_keys.ContainsKey(name)) return false;
        await AppendAsync(new TrustEvent.KeyDistrusted(name, why), actor, stop);
        return true;
    }

    public void Dispose() => _alone.Dispose();

    private async Task AppendAsync(TrustEvent happened, string actor, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            foreach (var recorded in await store.AppendAsync<TrustEvent>(Stream, _version, actor, [happened], stop))
                Fold(recorded);
        }
        finally
        {
            _alone.Release();
        }
    }

    private void Fold(Recorded<TrustEvent> recorded)
    {
        _version = recorded.Version;
        _keys = recorded.Event switch
        {
            TrustEvent.KeyTrusted e when VerifyingKey.Read(e.Name, e.Pem).Key is { } key =>
                _keys.SetItem(e.Name, new(key, e.Services.IsDefault ? [] : e.Services)),
            TrustEvent.KeyDistrusted e => _keys.Remove(e.Name),
            _ => _keys,
        };
    }
}
