using System.Text;
using Headway.Server.Sources;

namespace Headway.Server.Intent;

/// <summary>The repository elsewhere cannot be reached, or takes nothing; the message is for people.</summary>
public sealed class RemoteTroubleException(string says, Exception inner) : Exception(says, inner);

/// <summary>Brings commits of the state repo from a repository elsewhere, and there; fast-forward only, never by force.</summary>
internal sealed class StateRemote(Git git, string folder, RemoteSetting setting)
{
    private const string Fetched = "refs/headway/remote";
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(20), Carry = TimeSpan.FromMinutes(2);

    /// <summary>What git says when somebody else was faster.</summary>
    private static readonly string[] Moved = ["(fetch first)", "(non-fast-forward)", "(stale info)", "cannot lock ref", "(failed to update ref)"];

    public RemoteSetting Setting { get; set; } = setting;

    private string Branch => $"refs/heads/{Setting.Branch}";

    /// <summary>The commit of the branch, which is here then too; null where there is no such branch.</summary>
    /// <param name="known">Not brought again.</param>
    public async Task<string?> TipAsync(string? known, CancellationToken stop)
    {
        var answer = await ReachAsync(() => git.TextAsync(64 << 10, Look, ["ls-remote", "--heads", "--", Setting.Url, Branch], stop));
        if (answer.Split('\t', 2) is not [{ Length: >= 40 } tip, _]) return null;
        if (tip == known) return tip;
        await ReachAsync(() => git.TextAsync(64 << 10, Carry, ["-C", folder, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--force",
            "--no-recurse-submodules", "--", Setting.Url, $"+{Branch}:{Fetched}"], stop));
        return (await git.TextAsync(200, Look, ["-C", folder, "rev-parse", "--verify", $"{Fetched}^{{commit}}"], stop)).Trim();
    }

    /// <summary>Whether anybody answers there.</summary>
    public Task AskAsync(CancellationToken stop) =>
        ReachAsync(() => git.TextAsync(64 << 10, Look, ["ls-remote", "--heads", "--", Setting.Url, Branch], stop));

    /// <returns>False when somebody else was faster: look, and decide again.</returns>
    public async Task<bool> PushAsync(string commit, CancellationToken stop)
    {
        var said = "";
        try
        {
            await git.RunAsync(["-C", folder, "push", "--porcelain", "--no-verify", "--", Setting.Url, $"{commit}:{Branch}"], Carry,
                async (output, end) => said = await new StreamReader(output, Encoding.UTF8).ReadToEndAsync(end), stop);
            return true;
        }
        catch (GitFailedException) when (Array.Exists(Moved, word => said.Contains(word, StringComparison.Ordinal)))
        {
            return false;
        }
        catch (GitFailedException failed)
        {
            var refused = said.Split('\n').FirstOrDefault(line => line.StartsWith('!'))?.Split('\t')[^1];
            throw new RemoteTroubleException(refused is null ? Unreachable(failed)
                : $"The state repo at {Setting.Url} does not take commits: {refused}. {failed.Message}", failed);
        }
    }

    private async Task<string> ReachAsync(Func<Task<string>> ask)
    {
        try
        {
            return await ask();
        }
        catch (GitFailedException failed)
        {
            throw new RemoteTroubleException(Unreachable(failed), failed);
        }
    }

    private string Unreachable(GitFailedException failed) => $"The state repo at {Setting.Url} cannot be reached: {failed.Message}";
}
