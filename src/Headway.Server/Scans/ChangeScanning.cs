using System.Collections.Immutable;
using Headway.Core.Scans;
using Headway.Core.Scans.Secrets;
using Headway.Core.Services;
using Headway.Server.Sources;
using Headway.Server.Storage;

namespace Headway.Server.Scans;

/// <summary>
/// Looks at what a change adds before any job sees it. A secret that is built into an artifact or printed by a job is out
/// of reach; one that is found in the source can still be turned back.
/// </summary>
public sealed class ChangeScanning(IEventStore store)
{
    private const string Actor = "headway";
    private const int Named = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Why the commit is not carried, with file and line and never with the secret, or null.</summary>
    public async Task<string?> WhyRefusedAsync(
        WatchedService service, GitMirror mirror, string commit, ServiceSpec spec, CancellationToken stop)
    {
        var seen = await ScanAsync(service, mirror, commit, spec, stop);
        if (!seen.Found.IsEmpty || !seen.Allowed.IsEmpty || !seen.NotScanned.IsEmpty)
            await RecordAsync(service.Name, seen, stop);
        return seen.Found.IsEmpty ? null : Says(seen);
    }

    /// <summary>
    /// Everything that the commit adds since the newest one that was carried: also what commits between them added that were
    /// refused. A source that is new, or was rewritten, is looked at whole.
    /// </summary>
    public static async Task<ScanEvent.ChangeScanned> ScanAsync(
        WatchedService service, GitMirror mirror, string commit, ServiceSpec spec, CancellationToken stop)
    {
        var search = new SecretSearch(spec.AllowedSecrets.ToImmutableDictionary());
        var diff = new DiffReading(search);
        await mirror.DiffAsync(service.Carried, commit, Limit, diff.ReadAsync, stop);
        return new(commit, service.Carried, search.Lines, search.Found.ToImmutable(), search.Allowed.ToImmutable(),
            diff.NotScanned);
    }

    private async Task RecordAsync(string service, ScanEvent.ChangeScanned seen, CancellationToken stop)
    {
        var stream = ScanEvent.StreamOf(service);
        while (true)
            try
            {
                var state = Triage.Fold(await store.LoadAsync<ScanEvent>(stream, stop));
                // A server that was killed between this and the refusal looks at the commit again.
                if (state.Changes is [.., var last] && last.Commit == seen.Commit && last.Base == seen.Base) return;
                await store.AppendAsync<ScanEvent>(stream, state.Version, Actor, [seen], stop);
                return;
            }
            catch (VersionConflictException)
            {
                // A person triaged something meanwhile.
            }
    }

    private static string Says(ScanEvent.ChangeScanned seen)
    {
        var named = string.Join("; ", seen.Found.Take(Named).Select(found => found.Says));
        var more = seen.Found.Length > Named ? $"; and {seen.Found.Length - Named} more" : "";
        return $"The change holds {(seen.Found.Length == 1 ? "a secret" : "secrets")}: {named}{more}. Whoever can read the "
            + "source has it now: revoke it, take it out, and push again. What is no secret is allowed by "
            + "`scans: { allowSecrets: { FINGERPRINT: why } }` in headway.yaml, or by `headway:allow-secret WHY` on its line.";
    }
}
