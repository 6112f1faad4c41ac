using System.Collections.Immutable;

namespace Headway.Server.Sources.Hosts;

/// <summary>Gitea and Forgejo, by version 1 of their interface.</summary>
internal sealed class GiteaHost(HostApi api, string repository) : IRepositoryHost
{
    private const int LongestSays = 250;

    private string Repository => $"/repos/{repository}";

    public async Task<RequestSeen?> RequestAsync(int number, CancellationToken stop) =>
        await api.GetAsync($"{Repository}/pulls/{number}", stop) is { } pull
            ? HostJson.PullRequest(number, pull, repository) : null;

    public async Task<bool> IsProtectedAsync(string branch, CancellationToken stop) =>
        await api.GetAsync($"{Repository}/branches/{Uri.EscapeDataString(branch)}", stop) is { } found
            && found.Is("protected");

    /// <summary>There is one request at most, and `official` are reviews by people whose approval counts.</summary>
    public async Task<ImmutableArray<ReviewedRequest>> BroughtByAsync(
        string commit, string branch, CancellationToken stop)
    {
        if (await api.GetAsync($"{Repository}/commits/{commit}/pull", stop) is not { } pull
            || pull.At("base").Text("ref") != branch || !pull.Is("merged")) return [];
        var (number, author) = ((int)pull.Number("number"), pull.At("user").Text("login"));
        var reviews = (await api.GetAsync($"{Repository}/pulls/{number}/reviews?limit=50", stop)).Items();
        return [new(number, [.. reviews.Where(review => review.Text("state") is "APPROVED" or "REQUEST_CHANGES")
            .GroupBy(review => review.At("user").Text("login")).Where(by => by.Key != author)
            .Select(by => (Who: by.Key, Last: by.Last()))
            .Where(by => by.Last.Text("state") == "APPROVED" && by.Last.Is("official")
                && !by.Last.Is("stale") && !by.Last.Is("dismissed"))
            .Select(by => by.Who)])];
    }

    public async Task ReportAsync(CommitReport report, CancellationToken stop) =>
        _ = await api.WriteAsync(HttpMethod.Post, $"{Repository}/statuses/{report.Commit}", new
        {
            state = GitHubHost.WordOf(report.State), target_url = report.Link,
            description = HostJson.Short(report.Says, LongestSays), context = report.Context,
        }, stop) ?? throw new HostSilentException($"{repository} has no commit {report.Commit}, or hides it from the token", 404);

    public async Task<string> CommentAsync(int number, string? id, string marker, string body, CancellationToken stop)
    {
        var comments = $"{Repository}/issues/{number}/comments";
        id ??= (await api.GetAsync(comments, stop)).Items()
            .FirstOrDefault(each => each.Text("body").StartsWith(marker, StringComparison.Ordinal)).Number("id")
            is > 0 and var there ? $"{there}" : null;
        if (id is not null && await api.WriteAsync(
            HttpMethod.Patch, $"{Repository}/issues/comments/{id}", new { body }, stop) is not null) return id;
        var made = await api.WriteAsync(HttpMethod.Post, comments, new { body }, stop)
            ?? throw new HostSilentException($"{repository} has no merge request {number}", 404);
        return $"{made.Number("id")}";
    }
}
