using System.Text;
using Headway.Core.Access;
using Headway.Server.Sources;

namespace Headway.Server.Intent.Pushes;

/// <summary>The state repo over git's smart protocol: git itself answers, and pushes are looked at first.</summary>
public sealed class GitServing(Git git, StateRepo repo, PushCheck check, PushRecord record, IntentWatch watch)
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(5);

    /// <summary>Nothing here is rewritten or deleted, whatever was looked at before.</summary>
    private static readonly string[] Rules =
    [
        "-c", "receive.denyNonFastForwards=true", "-c", "receive.denyDeletes=true", "-c", "receive.fsckObjects=true",
        "-c", "transfer.hideRefs=refs/headway/made",
    ];

    /// <param name="service">`git-upload-pack` or `git-receive-pack`.</param>
    /// <param name="protocol">As the client asks: `version=2`, or null.</param>
    public async Task AdvertiseAsync(string service, string? protocol, Stream to, CancellationToken stop)
    {
        var isTwo = protocol == "version=2" && service == "git-upload-pack";
        if (!isTwo)
        {
            var line = $"# service={service}\n";
            await to.WriteAsync(Encoding.ASCII.GetBytes($"{line.Length + 4:x4}{line}0000"), stop);
        }
        await RunAsync([service["git-".Length..], "--stateless-rpc", "--advertise-refs", repo.Folder], isTwo ? protocol : null, [], to, stop);
    }

    public Task SendAsync(byte[] asked, string? protocol, Stream to, CancellationToken stop) =>
        RunAsync(["upload-pack", "--stateless-rpc", repo.Folder], protocol, asked, to, stop);

    /// <summary>Accepts a push, or says why not in its answer.</summary>
    public async Task ReceiveAsync(byte[] sent, Principal who, Stream to, CancellationToken stop)
    {
        // A client that is about to send much asks first whether it may.
        if (PushBody.Read(sent) is not { Commands.IsEmpty: false } body) return;
        await repo.AcceptAsync(async () =>
        {
            var (before, now) = (repo.Head.Commit, body.Commands[0].New);
            var says = await check.WhyNotAsync(body, sent, who, stop);
            if (!says.IsEmpty) await to.WriteAsync(PushReport.Refused(body, says), stop);
            else await RunAsync(["receive-pack", "--stateless-rpc", repo.Folder], null, sent, to, stop);
            if (says.IsEmpty && await repo.Asking.TipAsync(stop) == now) await record.PushedAsync(before, now, who.Name, stop);
            return says;
        }, stop);
        watch.Poke();
    }

    private Task RunAsync(string[] arguments, string? protocol, byte[] input, Stream to, CancellationToken stop) =>
        git.RunAsync([.. Rules, .. arguments], Within, (output, end) => output.CopyToAsync(to, end), stop,
            protocol is null ? null : new Dictionary<string, string> { ["GIT_PROTOCOL"] = protocol }, input);
}
