using Microsoft.AspNetCore.Http;

namespace Headway.Server.Sources.Hooks;

[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<HookMeaning>))]
public enum HookMeaning { Nothing, Ping, Look }

/// <summary>
/// What kind of delivery it is, by its headers. A hook is a reason to look and no more: what is there now is asked of
/// the repository itself, so nothing in the body has to be believed.
/// </summary>
/// <param name="Number">The host's number of the delivery; empty when it sent none.</param>
internal sealed record HookEvent(HookMeaning Meaning, string Number)
{
    private static readonly string[] Pushes = ["push", "create", "delete", "pull_request", "pull_request_sync",
        "pull_request_review", "pull_request_review_approved", "pull_request_approved"];

    private static readonly string[] GitLabPushes = ["Push Hook", "Tag Push Hook", "Merge Request Hook"];

    public static HookEvent Of(HookHost host, IHeaderDictionary headers) => host switch
    {
        HookHost.GitHub => new(Meant(headers["X-GitHub-Event"].ToString()), headers["X-GitHub-Delivery"].ToString()),
        HookHost.Gitea => new(Meant(headers["X-Gitea-Event"].ToString()), headers["X-Gitea-Delivery"].ToString()),
        _ => new(
            Array.IndexOf(GitLabPushes, headers["X-Gitlab-Event"].ToString()) >= 0 ? HookMeaning.Look
                : HookMeaning.Nothing,
            First(headers, "webhook-id", "Idempotency-Key", "X-Gitlab-Event-UUID")),
    };

    private static HookMeaning Meant(string word) => word == "ping" ? HookMeaning.Ping
        : Array.IndexOf(Pushes, word) >= 0 ? HookMeaning.Look : HookMeaning.Nothing;

    /// <summary>GitLab gives calls that one event causes the same UUID; the key before it is of the delivery alone.</summary>
    private static string First(IHeaderDictionary headers, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (headers[name].ToString() is { Length: > 0 } value) return value;
        return "";
    }
}
