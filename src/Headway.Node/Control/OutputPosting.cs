using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Node.Instances;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Control;

/// <summary>
/// Sends what instances write, tagged with their release; a file that is not sent yet waits on the disk.
/// </summary>
internal sealed class OutputPosting(ServerLink server, RunSecrets secrets, long limitBytes, ILogger log)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private const int MostGone = 20;
    private readonly Dictionary<string, (OutputTail Out, OutputTail Error)> _tails = [];

    public async Task RunAsync(
        Func<ImmutableArray<OutputSource>> sources, Action<string> allRead, CancellationToken stop)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10));
        while (!stop.IsCancellationRequested)
            try
            {
                await Task.Delay(LookEvery, stop);
                await SendAsync(sources(), allRead, stop);
                backoff.Reset();
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                log.LogDebug("Output not delivered: {Reason}", e.Message);
                DropOldest(sources(), allRead);
                await Task.Delay(backoff.Next(), CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
    }

    private async Task SendAsync(ImmutableArray<OutputSource> sources, Action<string> allRead, CancellationToken stop)
    {
        var chunks = new List<LogChunk>();
        foreach (var source in sources)
        {
            var (output, errors) = TailsOf(source);
            var record = source.Record;
            var mask = record.Run.Secrets.IsDefaultOrEmpty ? null : secrets.MaskOf(record.Lane, record.Release, record.Id);
            if (mask is null && !record.Run.Secrets.IsDefaultOrEmpty) continue;
            var lines = output.Read(limitBytes, source.IsGone, mask).AddRange(errors.Read(limitBytes, source.IsGone, mask));
            if (!lines.IsEmpty)
                chunks.Add(new(source.Record.Lane, source.Record.Release, source.Record.Id, lines));
            else if (source.IsGone)
            {
                _tails.Remove(source.Record.Id);
                allRead(source.Record.Id);
            }
        }
        if (chunks.Count == 0) return;
        try
        {
            await server.LogsAsync(chunks, stop);
        }
        catch (ServerRefusedException e) when (e.ContentIsRefused)
        {
            log.LogWarning("The server refused {Count} portions of output, which are left out: {Reason}",
                chunks.Count, e.Message);
        }
        foreach (var source in sources.Where(source => chunks.Any(chunk => chunk.Instance == source.Record.Id)))
        {
            var (output, errors) = TailsOf(source);
            output.Acknowledge();
            errors.Acknowledge();
            Keep(source.Files, output.Offset, errors.Offset);
        }
    }

    private (OutputTail Out, OutputTail Error) TailsOf(OutputSource source)
    {
        if (_tails.TryGetValue(source.Record.Id, out var tails)) return tails;
        var offsets = (GroupFiles.TryRead(SentPath(source.Files)) ?? "").Split(' ');
        var (output, errors) = offsets is [var first, var second] && long.TryParse(first, out var a)
            && long.TryParse(second, out var b) ? (a, b) : (0, 0);
        return _tails[source.Record.Id] =
            (new(source.Files.Output, "stdout", output), new(source.Files.Errors, "stderr", errors));
    }

    /// <summary>Not synced: after a crash of the host a few lines are sent again.</summary>
    private static void Keep(RunFiles files, long output, long errors) =>
        File.WriteAllText(SentPath(files), $"{output} {errors}");

    private static string SentPath(RunFiles files) => Path.Combine(files.Folder, "sent");

    /// <summary>Without a server the folders of gone instances must not pile up.</summary>
    private static void DropOldest(ImmutableArray<OutputSource> sources, Action<string> allRead)
    {
        foreach (var source in sources.Where(source => source.IsGone).SkipLast(MostGone)) allRead(source.Record.Id);
    }
}
