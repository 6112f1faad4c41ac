using Headway.Server.Sources;

namespace Headway.Server.Intent;

/// <summary>Short questions about the repository of the state repo.</summary>
internal sealed class GitAsking(Git git, string folder)
{
    private const int AnswerBytes = 64 << 20;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    public Task<string> AskAsync(CancellationToken stop, params string[] arguments) =>
        git.TextAsync(AnswerBytes, Within, ["-C", folder, .. arguments], stop);

    /// <summary>With other places for objects, as a push that is not accepted yet has them.</summary>
    public Task<string> AskAsync(IReadOnlyDictionary<string, string>? variables, CancellationToken stop, params string[] arguments) =>
        git.TextAsync(AnswerBytes, Within, ["-C", folder, .. arguments], stop, variables);

    /// <summary>Null where the branch is not there, or the repository.</summary>
    public async Task<string?> TipAsync(CancellationToken stop)
    {
        if (!Directory.Exists(Path.Combine(folder, "objects"))) return null;
        var tip = await AskAsync(stop, "for-each-ref", "--format=%(objectname)", StateRepo.Branch);
        return tip.Trim() is { Length: > 0 } commit ? commit : null;
    }

    /// <summary>Whether the commit is here.</summary>
    public Task<bool> HasAsync(string commit, CancellationToken stop) => IsAncestorAsync(commit, commit, stop);

    public async Task<bool> IsAncestorAsync(string older, string newer, CancellationToken stop,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        try
        {
            await AskAsync(variables, stop, "merge-base", "--is-ancestor", older, newer);
            return true;
        }
        catch (GitFailedException failed) when (failed.ExitCode is 1 or 128)
        {
            // 1 says no; 128 says that one of the two is not there, which comes to the same.
            return false;
        }
    }
}
