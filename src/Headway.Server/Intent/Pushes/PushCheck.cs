using System.Collections.Immutable;
using Headway.Core.Access;
using Headway.Core.Intent;
using Headway.Server.Sources;

namespace Headway.Server.Intent.Pushes;

/// <summary>
/// Looks at a push before it is accepted: its objects are unpacked beside the repository, read as those would who obey them, and
/// thrown away.
/// </summary>
public sealed class PushCheck(Git git, StateRepo repo, IntentObedience obedience, StateFiles files)
{
    private const int MostSaid = 10;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    /// <summary>Sentences for the pusher; empty when the push may come.</summary>
    public async Task<ImmutableArray<string>> WhyNotAsync(PushBody body, byte[] sent, Principal who, CancellationToken stop)
    {
        if (WhyNotAtAll(body) is { } says) return [says];
        var incoming = Directory.CreateDirectory(Path.Combine(repo.Folder, StateWriting.Incoming, Guid.NewGuid().ToString("n"))).FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(incoming, "pack"));
            var objects = new Dictionary<string, string>
            {
                ["GIT_OBJECT_DIRECTORY"] = incoming,
                ["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = Path.Combine(repo.Folder, "objects"),
            };
            if (body.Pack < sent.Length)
                await git.RunAsync(["-C", repo.Folder, "index-pack", "--stdin", "--fix-thin", "--strict"], Within,
                    (output, end) => output.CopyToAsync(Stream.Null, end), stop, objects, sent[body.Pack..]);
            return await WhyNotAsync(body.Commands[0], objects, who, stop);
        }
        catch (GitFailedException failed)
        {
            return [$"What was sent cannot be read: {failed.Message}"];
        }
        finally
        {
            Directory.Delete(incoming, recursive: true);
        }
    }

    private string? WhyNotAtAll(PushBody body)
    {
        if (repo.Remote is { } remote) return $"The state repo is kept at {remote.Url}: push there, to {remote.Branch}.";
        if (body.Commands is not [{ } command] || command.Ref != StateRepo.Branch)
            return "Only the branch `main` is kept here: git push origin HEAD:main";
        if (command.Deletes) return "The branch `main` cannot be deleted: what is wanted of every service stands in it.";
        return command.Old == (repo.Head.Commit ?? new string('0', 40)) ? null
            : "Somebody else was faster: fetch, look at what has changed, and push again (git pull --rebase).";
    }

    private async Task<ImmutableArray<string>> WhyNotAsync(
        PushCommand command, IReadOnlyDictionary<string, string> objects, Principal who, CancellationToken stop)
    {
        if (repo.Head.Commit is { } head && !await repo.Asking.IsAncestorAsync(head, command.New, stop, objects))
            return [$"History is never rewritten here: {command.New[..8]} does not come after {head[..8]} (git pull --rebase)."];
        var range = repo.Head.Commit is { } from ? $"{from}..{command.New}" : command.New;
        var marked = await repo.Asking.AskAsync(objects, stop, "log", $"--format={StateCommit.Format}", range);
        if (marked.Split('\n').Select(StateCommit.Of).FirstOrDefault(each => each?.Event is not null) is { } copied)
            return [$"{copied.Short} \"{copied.Subject}\" says Headway-Event, which Headway alone writes: take that line out of the message."];
        var changes = await repo.ChangesAsync(command.New, objects, stop);
        var after = await repo.ReadAsync(command.New, objects, stop);
        var says = changes.SelectMany(change => Of(change, after, who)).Take(MostSaid + 1).ToList();
        return says.Count <= MostSaid ? [.. says] : [.. says.Take(MostSaid), "There is more like this."];
    }

    private IEnumerable<string> Of(TreeChange change, StateTree after, Principal who)
    {
        var right = PathRight.Of(change.Path);
        if (who.WhyNot(right.Act, right.Service, right.Environment) is { } refusal)
        {
            yield return $"{change.Path}: {refusal.Says}";
            yield break;
        }
        if (!change.IsGone && !change.IsFile)
        {
            yield return $"{change.Path} is a link or a module; only files stand here.";
            yield break;
        }
        var text = after.Text(change.Path);
        if (text is not null && files.Problems(change.Path, text) is { IsEmpty: false } problems)
        {
            foreach (var problem in problems) yield return problem.ToString();
            yield break;
        }
        if (IntentPath.LaneOf(change.Path) is var (service, environment) && (text is not null || repo.Head.Text(change.Path) is not null)
            && obedience.WhyNot(new(change.Path, service, environment, text), repo.Head.Text(change.Path)) is { } says)
            yield return $"{change.Path}: {says}";
    }
}
