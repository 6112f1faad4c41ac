using System.Diagnostics;

namespace Headway.Node.Jobs;

/// <summary>Takes a piece of output; the next one is read after it returns.</summary>
internal delegate ValueTask OutputTaken(ReadOnlyMemory<byte> output, CancellationToken stop);

/// <summary>A started job: its output, its end, and the way to end it with all that it started.</summary>
internal sealed class JobProcess : IAsyncDisposable
{
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _disposed = new();
    private readonly Process _process;
    private readonly Task _output;

    private JobProcess(Process process, OutputTaken taken)
    {
        _process = process;
        _output = PumpAsync(taken);
    }

    public int Pid => _process.Id;

    /// <param name="ended">Called when the first process has ended: ends the rest, which may still hold the output
    /// open.</param>
    public static JobProcess Start(ProcessStartInfo start, OutputTaken taken, Action ended)
    {
        var process = new Process { StartInfo = start };
        var started = new TaskCompletionSource<JobProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        // The kernel ends the child when the thread that started it ends, not the process: so this thread stays to the
        // end.
        var thread = new Thread(() => RunToEnd(process, started, taken, ended)) { IsBackground = true, Name = "job" };
        thread.Start();
        return started.Task.GetAwaiter().GetResult();
    }

    /// <summary>Exit code of the command, after the last output has been taken.</summary>
    public async Task<int> ExitedAsync(CancellationToken stop)
    {
        var code = await _exited.Task.WaitAsync(stop);
        await _output.WaitAsync(stop);
        return code;
    }

    public void Kill()
    {
        if (!_exited.Task.IsCompleted) Posix.Signal(Pid, Posix.Kill);
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _exited.Task;
        await _disposed.CancelAsync();
        try { await _output; }
        catch (OperationCanceledException) { }
        _process.Dispose();
        _disposed.Dispose();
    }

    private static void RunToEnd(
        Process process, TaskCompletionSource<JobProcess> started, OutputTaken taken, Action ended)
    {
        JobProcess job;
        try
        {
            process.Start();
            process.StandardInput.Close();
            job = new(process, taken);
        }
        catch (Exception e)
        {
            started.SetException(e);
            return;
        }
        started.SetResult(job);
        process.WaitForExit();
        ended();
        job._exited.SetResult(process.ExitCode);
    }

    private async Task PumpAsync(OutputTaken taken)
    {
        var buffer = new byte[64 * 1024];
        var output = _process.StandardOutput.BaseStream;
        while (await output.ReadAsync(buffer, _disposed.Token) is var read and > 0)
            await taken(buffer.AsMemory(0, read), _disposed.Token);
    }
}
