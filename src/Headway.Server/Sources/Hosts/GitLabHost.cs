using System.Collections.Immutable;

namespace Headway.Server.Sources.Hosts;

/// <summary>GitLab, by version 4 of its interface.</summary>
internal sealed class GitLabHost(HostApi api, string repository) : IRepositoryHost
{
    private const int LongestSays = 250;

    private string Project => $"/projects/{Uri.EscapeDataString(repository)}";

    public async Task<RequestSeen?> RequestAsync(int number, CancellationToken stop) =>
        await api.GetAsync($"{Project}/merge_requests/{number}", stop) is { } request
            ? new(number, request.Text("state") == "opened", request.Text("target_branch"), request.Text("sha"),
                request.At("author").Text("username"),
                request.Number("source_project_id") != request.Number("target_project_id"))
            : null;

    public async Task<bool> IsProtectedAsync(string branch, CancellationToken stop) =>
        await api.GetAsync($"{Project}/repository/branches/{Uri.EscapeDataString(branch)}", stop) is { } found
            && found.Is("protected");

    /// <summary>Approvals have no commit here: whether a push takes them back is a setting of the project.</summary>
    public async Task<ImmutableArray<ReviewedRequest>> BroughtByAsync(
        string commit, string branch, CancellationToken stop)
    {
        var brought = ImmutableArray.CreateBuilder<ReviewedRequest>();
        foreach (var request in (await api.GetAsync($"{Project}/repository/commits/{commit}/merge_requests", stop)).Items())
        {
            if (request.Text("target_branch") != branch || request.Text("state") != "merged") continue;
            var (number, author) = ((int)request.Number("iid"), request.At("author").Text("username"));
            var approvals = await api.GetAsync($"{Project}/merge_requests/{number}/approvals", stop);
            var by = (approvals is { } found ? (System.Text.Json.JsonElement?)found.At("approved_by") : null).Items();
            brought.Add(new(number, [.. by.Select(each => each.At("user").Text("username"))
                .Where(who => who.Length > 0 && who != author).Distinct()]));
        }
        return brought.ToImmutable();
    }

    public async Task ReportAsync(CommitReport report, CancellationToken stop) =>
        _ = await api.WriteAsync(HttpMethod.Post, $"{Project}/statuses/{report.Commit}", new
        {
            state = report.State switch
            {
                ReportState.Pending => "running",
                ReportState.Succeeded => "success",
                ReportState.Failed => "failed",
                _ => "canceled",
            },
            name = report.Context, target_url = report.Link, description = HostJson.Short(report.Says, LongestSays),
        }, stop) ?? throw new HostSilentException($"{repository} has no commit {report.Commit}, or hides it from the token", 404);

    public async Task<string> CommentAsync(int number, string? id, string marker, string body, CancellationToken stop)
    {
        var notes = $"{Project}/merge_requests/{number}/notes";
        id ??= (await api.GetAsync($"{notes}?per_page=100", stop)).Items()
            .FirstOrDefault(each => each.Text("body").StartsWith(marker, StringComparison.Ordinal)).Number("id")
            is > 0 and var there ? $"{there}" : null;
        if (id is not null && await api.WriteAsync(HttpMethod.Put, $"{notes}/{id}", new { body }, stop) is not null) return id;
        var made = await api.WriteAsync(HttpMethod.Post, notes, new { body }, stop)
            ?? throw new HostSilentException($"{repository} has no merge request {number}", 404);
        return $"{made.Number("id")}";
    }
}
