using System.Collections.Immutable;
using Headway.Core.Secrets;
using Headway.Server.Secrets.Keys;
using Headway.Server.Secrets.Outside;

namespace Headway.Server.Secrets;

/// <summary>Values, at the moment when they are needed: opened here, or read where they are kept.</summary>
public sealed class SecretValues(SecretStore store, SecretDrivers drivers)
{
    /// <exception cref="SecretRefusedException">It cannot be had now; the sentence says why.</exception>
    public async Task<byte[]> ReadAsync(SecretRow row, KeptVersion kept, CancellationToken stop)
    {
        try
        {
            if (kept.Outside is not { } outside) return store.Open(row, kept);
            var read = await drivers.ReadAsync(outside, stop);
            return read.Value ?? throw new SecretRefusedException(409, $"The secret `{row.Name}` cannot be read: {read.Problem}.");
        }
        catch (KeyWrapException e)
        {
            throw new SecretRefusedException(409, $"The secret `{row.Name}` cannot be opened: {e.Message}");
        }
    }

    /// <summary>
    /// As <see cref="ToMask"/>, for a node that was restarted while what it runs went on: what is kept outside was given out
    /// by a server that may have been restarted too, so it is read again where nothing is known of it.
    /// </summary>
    /// <exception cref="SecretRefusedException">It cannot be read now, so it is not known what is to be masked.</exception>
    public async Task<ImmutableArray<byte[]>> ToMaskAgainAsync(ImmutableArray<string> secrets, CancellationToken stop)
    {
        foreach (var row in secrets.Distinct().Select(store.Find).OfType<SecretRow>())
            if (row.Version(row.Versions.Current) is { Outside: { } outside } kept && drivers.Last(outside) is null)
                await ReadAsync(row, kept, stop);
        return ToMask(secrets);
    }

    /// <summary>
    /// Everything that could turn up in output where these are used, without asking anybody outside. What does not open
    /// cannot have been given to anybody.
    /// </summary>
    public ImmutableArray<byte[]> ToMask(IEnumerable<string> secrets)
    {
        var values = ImmutableArray.CreateBuilder<byte[]>();
        foreach (var row in secrets.Distinct().Select(store.Find).OfType<SecretRow>())
            foreach (var kept in row.Kept)
                try
                {
                    if (kept.Outside is { } outside && drivers.Last(outside) is { } last) values.Add(last);
                    else if (kept.Outside is null) values.Add(store.Open(row, kept));
                }
                catch (KeyWrapException)
                {
                }
        return values.ToImmutable();
    }
}
