using Headway.Core.Secrets.Masking;

namespace Headway.Node.Jobs.Beside;

/// <summary>
/// Carries what runs beside a job wrote to the server, each in a log of its own beside the job's. The files are made by the
/// runner and kept open, so that nothing that the job does to their names matters.
/// </summary>
internal sealed class CompanionLogs : IDisposable
{
    private const int PieceBytes = 64 * 1024;
    private readonly List<(FileStream File, JobLog Log, LogSending Sending)> _all = [];
    private readonly RunnerOptions _options;

    public CompanionLogs(
        Companions companions, JobFolder folder, Sandbox sandbox, Func<string, JobLog, LogSending> sending,
        (RunnerOptions Options, long LimitBytes, MaskAutomaton? Secrets) how)
    {
        _options = how.Options;
        foreach (var each in companions.All)
        {
            var path = Path.Combine(folder.Beside, $"{each.Name}.log");
            var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            if (sandbox.Uid is { } uid) Posix.Own(path, uid);
            var log = new JobLog(Path.Combine(folder.Root, $"{each.Name}.kept"), how.LimitBytes);
            // A job hands its secrets to what runs beside it, and a database writes down what it was asked.
            if (how.Secrets is { } secrets) log.Mask(secrets);
            _all.Add((file, log, sending(each.Name, log)));
        }
    }

    /// <summary>Until stopped; then what is left is sent too.</summary>
    public async Task RunAsync(CancellationToken running, CancellationToken stop)
    {
        if (_all.Count == 0) return;
        var sending = Task.WhenAll(_all.Select(each => each.Sending.RunAsync(_ => { }, running)));
        while (!running.IsCancellationRequested)
        {
            Take();
            await Task.Delay(_options.LogEvery, running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await sending;
        Take();
        foreach (var (_, log, last) in _all)
        {
            log.EndOutput();
            await last.FlushAsync(stop);
        }
    }

    public void Dispose()
    {
        foreach (var (file, log, _) in _all)
        {
            file.Dispose();
            log.Dispose();
        }
    }

    private void Take()
    {
        var buffer = new byte[PieceBytes];
        foreach (var (file, log, _) in _all)
            while (file.Read(buffer) is var read and > 0) log.Write(buffer.AsSpan(0, read));
    }
}
