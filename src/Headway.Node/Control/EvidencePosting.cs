using Headway.Core.Evidence;
using Headway.Node.Gateway.Counting;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Control;

/// <summary>
/// Carries evidence from the gateway's files to the server. What the server has acknowledged is kept by boot, so that
/// a restart sends at most one portion again (the server drops duplicates). Files of gateways that are gone are
/// deleted once they are acknowledged; beyond the limit the oldest files go, which the server sees as a gap.
/// </summary>
internal sealed class EvidencePosting
{
    private const int Portion = 200;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private readonly string _folder;
    private readonly string _ackPath;
    private readonly ServerLink _server;
    private readonly Problems _problems;
    private readonly ILogger _log;
    private readonly Dictionary<string, EvidenceTail> _tails = [];
    private readonly Dictionary<string, List<EvidenceBatch>> _unsent = [];
    private readonly Dictionary<string, long> _acknowledged;

    public EvidencePosting(string data, ServerLink server, Problems problems, ILogger log)
    {
        (_folder, _ackPath) = (Path.Combine(data, "evidence"), Path.Combine(data, "acknowledged.json"));
        _server = server;
        (_problems, _log) = (problems, log);
        _acknowledged = AtomicFile.Read<Dictionary<string, long>>(_ackPath) ?? [];
    }

    /// <param name="alive">Boots of running gateways; null as long as that is not known, so nothing is deleted.</param>
    public async Task RunAsync(long limitBytes, Func<IReadOnlySet<string>?> alive, CancellationToken stop)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        while (!stop.IsCancellationRequested)
            try
            {
                var sent = false;
                foreach (var file in Files()) sent |= await SendAsync(file, alive(), stop);
                backoff.Reset();
                _problems.Say("evidence", null);
                if (!sent) await Task.Delay(LookEvery, stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                _problems.Say("evidence", $"Evidence waits to be sent: {e.Message}");
                Limit(limitBytes);
                await Task.Delay(backoff.Next(), CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
    }

    private async Task<bool> SendAsync(FileInfo file, IReadOnlySet<string>? alive, CancellationToken stop)
    {
        var boot = Path.GetFileNameWithoutExtension(file.Name);
        if (!_tails.TryGetValue(boot, out var tail))
            _tails[boot] = tail = new(file.FullName, _acknowledged.GetValueOrDefault(boot));
        if (!_unsent.TryGetValue(boot, out var batches))
            batches = [.. await tail.ReadAsync(Portion, stop)];
        if (batches.Count == 0)
        {
            if (alive is not null && !alive.Contains(boot)) Forget(file, boot);
            return false;
        }
        // Kept until acknowledged: the tail has gone on, so what is lost here would be a gap.
        _unsent[boot] = batches;
        await PostAsync(batches, stop);
        _unsent.Remove(boot);
        _acknowledged[boot] = batches[^1].Sequence;
        AtomicFile.Write(_ackPath, _acknowledged);
        return true;
    }

    /// <summary>A batch that the server will never take must not hold up the others: halves find it.</summary>
    private async Task PostAsync(List<EvidenceBatch> batches, CancellationToken stop)
    {
        try
        {
            await _server.EvidenceAsync(batches, stop);
        }
        catch (ServerRefusedException e) when (e.ContentIsRefused && batches.Count > 1)
        {
            await PostAsync(batches[..(batches.Count / 2)], stop);
            await PostAsync(batches[(batches.Count / 2)..], stop);
        }
        catch (ServerRefusedException e) when (e.ContentIsRefused)
        {
            _log.LogError("The server refused evidence batch {Sequence}, which is left out: {Reason}",
                batches[0].Sequence, e.Message);
        }
    }

    private List<FileInfo> Files() => Directory.Exists(_folder)
        ? [.. new DirectoryInfo(_folder).GetFiles("*.jsonl").OrderBy(file => file.LastWriteTimeUtc)]
        : [];

    private void Limit(long limitBytes)
    {
        var files = Files();
        var total = files.Sum(file => file.Length);
        foreach (var file in files.SkipLast(1))
        {
            if (total <= limitBytes) return;
            total -= file.Length;
            _log.LogError("Evidence {File} is dropped: more than {Limit} bytes wait for the server",
                file.Name, limitBytes);
            Forget(file, Path.GetFileNameWithoutExtension(file.Name));
        }
    }

    private void Forget(FileInfo file, string boot)
    {
        file.Delete();
        _tails.Remove(boot);
        _unsent.Remove(boot);
        if (_acknowledged.Remove(boot)) AtomicFile.Write(_ackPath, _acknowledged);
    }
}
