using Headway.Node.Gateway.Counting;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Control;

/// <summary>What is carried to the server.</summary>
/// <param name="Folder">With a file for each process that counts.</param>
/// <param name="Acknowledged">File in which it is kept how far the server has taken each.</param>
/// <param name="Waits">Subject and verb of the sentence that says so.</param>
internal sealed record CarriedEvidence<T>(
    string Folder, string Acknowledged, string Waits, Func<T, long> SequenceOf,
    Func<IReadOnlyList<T>, CancellationToken, Task> PostAsync);

/// <summary>
/// Carries evidence from its files to the server. What the server has acknowledged is kept by boot, so that
/// a restart sends at most one portion again (the server drops duplicates). Files of processes that are gone are
/// deleted once they are acknowledged; beyond the limit the oldest files go, which the server sees as a gap.
/// </summary>
internal sealed class EvidencePosting<T> where T : class
{
    private const int Portion = 200;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private readonly CarriedEvidence<T> _what;
    private readonly Problems _problems;
    private readonly ILogger _log;
    private readonly Dictionary<string, EvidenceTail<T>> _tails = [];
    private readonly Dictionary<string, List<T>> _unsent = [];
    private readonly Dictionary<string, long> _acknowledged;

    public EvidencePosting(CarriedEvidence<T> what, Problems problems, ILogger log)
    {
        (_what, _problems, _log) = (what, problems, log);
        _acknowledged = AtomicFile.Read<Dictionary<string, long>>(what.Acknowledged) ?? [];
    }

    /// <param name="alive">Boots of processes that still write; null as long as that is not known, so nothing is deleted.</param>
    public async Task RunAsync(long limitBytes, Func<IReadOnlySet<string>?> alive, CancellationToken stop)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        while (!stop.IsCancellationRequested)
            try
            {
                var sent = false;
                foreach (var file in Files()) sent |= await SendAsync(file, alive(), stop);
                backoff.Reset();
                _problems.Say(_what.Waits, null);
                if (!sent) await Task.Delay(LookEvery, stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                _problems.Say(_what.Waits, $"{_what.Waits} to be sent: {e.Message}");
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
            _tails[boot] = tail = new(file.FullName, _what.SequenceOf, _acknowledged.GetValueOrDefault(boot));
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
        _acknowledged[boot] = _what.SequenceOf(batches[^1]);
        AtomicFile.Write(_what.Acknowledged, _acknowledged);
        return true;
    }

    /// <summary>A batch that the server will never take must not hold up the others: halves find it.</summary>
    private async Task PostAsync(List<T> batches, CancellationToken stop)
    {
        try
        {
            await _what.PostAsync(batches, stop);
        }
        catch (ServerRefusedException e) when (e.ContentIsRefused && batches.Count > 1)
        {
            await PostAsync(batches[..(batches.Count / 2)], stop);
            await PostAsync(batches[(batches.Count / 2)..], stop);
        }
        catch (ServerRefusedException e) when (e.ContentIsRefused)
        {
            _log.LogError("The server refused evidence batch {Sequence}, which is left out: {Reason}",
                _what.SequenceOf(batches[0]), e.Message);
        }
    }

    private List<FileInfo> Files() => Directory.Exists(_what.Folder)
        ? [.. new DirectoryInfo(_what.Folder).GetFiles("*.jsonl").OrderBy(file => file.LastWriteTimeUtc)]
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
        if (_acknowledged.Remove(boot)) AtomicFile.Write(_what.Acknowledged, _acknowledged);
    }
}
