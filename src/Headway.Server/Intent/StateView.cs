using System.Collections.Immutable;

namespace Headway.Server.Intent;

/// <param name="Head">Newest commit; null before the first.</param>
/// <param name="Trouble">What was or is wrong with the repository, or null.</param>
/// <param name="Problems">Files that cannot be obeyed as they are.</param>
/// <param name="Waiting">What commits of people want and the gates have not let in yet, by lane.</param>
public sealed record StateView(
    string? Head, string Folder, int Files, string? Trouble, ImmutableArray<IntentProblem> Problems, ImmutableDictionary<string, Wish> Waiting)
{
    /// <summary>Problems beyond those that are listed.</summary>
    public int MoreProblems { get; init; }

    /// <summary>What `git clone` takes; the password is a token.</summary>
    public string? CloneUrl { get; init; }

    /// <summary>Where it is kept elsewhere, or null: pushes go there then.</summary>
    public RemoteSetting? Remote { get; init; }

    public static StateView Of(StateRepo repo, Wishes wishes, IntentDesk desk, string? cloneUrl) => new(
        repo.Head.Commit, repo.Folder, repo.Head.Count, desk.Trouble ?? repo.Mended,
        [.. wishes.All.Problems.Values.OrderBy(problem => problem.Path, StringComparer.Ordinal)], wishes.All.Lanes)
    {
        MoreProblems = wishes.All.Problems.IsEmpty ? 0 : wishes.All.More, CloneUrl = cloneUrl, Remote = repo.Remote,
    };
}
