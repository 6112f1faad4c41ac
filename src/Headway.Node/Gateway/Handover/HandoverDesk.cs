using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Gateway.Handover;

/// <summary>The gateway's side of the handover: waits for sockets, and gives them back to whoever asks.</summary>
internal sealed class HandoverDesk : IDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly TaskCompletionSource<ListeningSockets> given =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource serving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger log;

    public HandoverDesk(string path, ILogger log)
    {
        this.log = log;
        File.Delete(path);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        listener.Listen(16);
    }

    public Task<ListeningSockets> GivenAsync(CancellationToken stop) => given.Task.WaitAsync(stop);

    /// <summary>From now on the giver is told that its sockets are served.</summary>
    public void NowServing() => serving.TrySetResult();

    /// <summary>Answers until stopped; one bad caller does not end it.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var peer = new HandoverPeer(await listener.AcceptAsync(stop));
                await AnswerAsync(peer, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException)
            {
                log.LogWarning("Handover: {Failure}", failure.Message);
            }
        }
    }

    private async Task AnswerAsync(HandoverPeer peer, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var line = await peer.ReadLineAsync(patience.Token);
        if (line.StartsWith("give ", StringComparison.Ordinal))
        {
            var sockets = ListeningSockets.FromDescriptors(peer.Descriptors);
            if (!given.TrySetResult(sockets))
            {
                sockets.Dispose();
                peer.Send("This gateway has its sockets already; start a successor for other ones.\n", []);
                return;
            }
            await serving.Task.WaitAsync(patience.Token);
            peer.Send("serving\n", []);
        }
        else if (line == "ask" && given.Task is { IsCompletedSuccessfully: true, Result: var sockets })
        {
            peer.Send($"have {string.Join(' ', sockets.Ports)}\n", sockets.Descriptors());
        }
        else
        {
            peer.Send("Nothing was given to this gateway yet.\n", []);
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        if (given.Task.IsCompletedSuccessfully) given.Task.Result.Dispose();
    }
}
