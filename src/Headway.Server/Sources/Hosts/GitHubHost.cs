using System.Collections.Immutable;

namespace Headway.Server.Sources.Hosts;

/// <summary>GitHub, by its REST interface of 2022-11-28.</summary>
internal sealed class GitHubHost(HostApi api, string repository) : IRepositoryHost
{
    private const int LongestSays = 140;

    /// <summary>Anybody may approve in a public repository; these may write to it.</summary>
    private static readonly string[] Writers = ["OWNER", "MEMBER", "COLLABORATOR"];

    private string Repository => $"/repos/{repository}";

    public async Task<RequestSeen?> RequestAsync(int number, CancellationToken stop) =>
        await api.GetAsync($"{Repository}/pulls/{number}", stop) is { } pull
            ? HostJson.PullRequest(number, pull, repository) : null;

    public async Task<bool> IsProtectedAsync(string branch, CancellationToken stop) =>
        await api.GetAsync($"{Repository}/branches/{Uri.EscapeDataString(branch)}", stop) is { } found
            && found.Is("protected");

    public async Task<ImmutableArray<ReviewedRequest>> BroughtByAsync(
        string commit, string branch, CancellationToken stop)
    {
        var brought = ImmutableArray.CreateBuilder<ReviewedRequest>();
        foreach (var pull in (await api.GetAsync($"{Repository}/commits/{commit}/pulls", stop)).Items())
        {
            if (pull.At("base").Text("ref") != branch || pull.Text("merged_at").Length == 0) continue;
            var number = (int)pull.Number("number");
            var (head, author) = (pull.At("head").Text("sha"), pull.At("user").Text("login"));
            var reviews = (await api.GetAsync($"{Repository}/pulls/{number}/reviews?per_page=100", stop)).Items();
            brought.Add(new(number, [.. reviews.Where(review => review.Text("state") is "APPROVED" or "CHANGES_REQUESTED"
                    or "DISMISSED")
                .GroupBy(review => review.At("user").Text("login")).Where(by => by.Key != author)
                .Select(by => (Who: by.Key, Last: by.Last()))
                .Where(by => by.Last.Text("state") == "APPROVED" && by.Last.Text("commit_id") == head
                    && Array.IndexOf(Writers, by.Last.Text("author_association")) >= 0)
                .Select(by => by.Who)]));
        }
        return brought.ToImmutable();
    }

    public async Task ReportAsync(CommitReport report, CancellationToken stop) =>
        _ = await api.WriteAsync(HttpMethod.Post, $"{Repository}/statuses/{report.Commit}", new
        {
            state = WordOf(report.State), target_url = report.Link, description = HostJson.Short(report.Says, LongestSays),
            context = report.Context,
        }, stop) ?? throw new HostSilentException($"{repository} has no commit {report.Commit}, or hides it from the token", 404);

    public async Task<string> CommentAsync(int number, string? id, string marker, string body, CancellationToken stop)
    {
        var comments = $"{Repository}/issues/{number}/comments";
        id ??= (await api.GetAsync($"{comments}?per_page=100", stop)).Items()
            .FirstOrDefault(each => each.Text("body").StartsWith(marker, StringComparison.Ordinal)).Number("id")
            is > 0 and var there ? $"{there}" : null;
        if (id is not null && await api.WriteAsync(
            HttpMethod.Patch, $"{Repository}/issues/comments/{id}", new { body }, stop) is not null) return id;
        var made = await api.WriteAsync(HttpMethod.Post, comments, new { body }, stop)
            ?? throw new HostSilentException($"{repository} has no merge request {number}", 404);
        return $"{made.Number("id")}";
    }

    internal static string WordOf(ReportState state) => state switch
    {
        ReportState.Pending => "pending",
        ReportState.Succeeded => "success",
        ReportState.Failed => "failure",
        _ => "error",
    };
}
