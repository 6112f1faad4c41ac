using Headway.Core.Services;

namespace Headway.Server.Sources;

public sealed record RegistrationProblem(int Status, string Title, string Says);

/// <summary>Either the service, new or there before, or what is wrong.</summary>
public sealed record RegistrationAnswer(WatchedService? Service, bool IsNew, RegistrationProblem? Problem);

/// <summary>Takes up a service: reads the tip of its source first, so that what is registered can be carried.</summary>
public sealed class Registration(
    ServiceBook services, SourceMirrors mirrors, Git git, CommitCarrying carrying, SourceWatcher watcher)
    : IDisposable
{
    private readonly SemaphoreSlim _alone = new(1);

    public async Task<RegistrationAnswer> RegisterAsync(ServiceRequest request, string actor, CancellationToken stop)
    {
        if (SourceAddress.ProblemOf(request.Source) is { } wrong) return Problem(400, "Not a source", wrong);
        if (request.Branch is { } named && SourceAddress.BranchProblemOf(named) is { } bad)
            return Problem(400, "Not a branch", bad);
        var path = request.Spec ?? "headway.yaml";
        if (path.StartsWith('/') || path.Split('/').Contains("..") || path.StartsWith(':'))
            return Problem(400, "Not a path", $"`{path}` is not a path within the repository.");
        await _alone.WaitAsync(stop);
        try
        {
            return await ReadAndRegisterAsync(request, path, actor, stop);
        }
        catch (GitFailedException e)
        {
            return Problem(422, "Source cannot be read", $"{request.Source} cannot be read: {e.Message}");
        }
        finally
        {
            _alone.Release();
        }
    }

    public void Dispose() => _alone.Dispose();

    private async Task<RegistrationAnswer> ReadAndRegisterAsync(
        ServiceRequest request, string path, string actor, CancellationToken stop)
    {
        var branch = request.Branch ?? await DefaultBranchAsync(request.Source, stop);
        if (SourceAddress.BranchProblemOf(branch) is { } bad) return Problem(422, "Not a branch", bad);
        var mirror = mirrors.Of(request.Source, branch);
        var asked = new WatchedService("", request.Source, branch, path, null, null, null, null, 0);
        var (spec, refused) = (default(ServiceSpec), default(string));
        await mirror.AloneAsync(async () =>
        {
            var tip = await mirror.FetchAsync(stop);
            (spec, refused) = await carrying.ReadAsync(asked, mirror, tip, stop);
        }, stop);
        if (spec is null) return Problem(422, "Commit cannot be carried", refused!);
        var there = services.Find(spec.Service);
        if (there is not null && !SourceAddress.Same(there.Source, request.Source))
            return Problem(409, "Service name taken",
                $"`{spec.Service}` is carried from {there.Source} already: give the service another name in {path}.");
        if (there is not null && there.Branch == branch && there.SpecPath == path) return new(there, false, null);
        var service = await services.RegisterAsync(new(spec.Service, request.Source, branch, path), actor, stop);
        if (!watcher.Begin(service.Name)) watcher.Poke(service.Name);
        return new(service, there is null, null);
    }

    /// <summary>`ref: refs/heads/main TAB HEAD`, or `main` where the remote does not say.</summary>
    private async Task<string> DefaultBranchAsync(string source, CancellationToken stop)
    {
        var answer = await git.TextAsync(64 * 1024, TimeSpan.FromSeconds(20),
            ["ls-remote", "--symref", "--", source, "HEAD"], stop);
        const string start = "ref: refs/heads/";
        return answer.StartsWith(start, StringComparison.Ordinal) ? answer[start.Length..answer.IndexOf('\t')] : "main";
    }

    private static RegistrationAnswer Problem(int status, string title, string says) =>
        new(null, false, new(status, title, says));
}
