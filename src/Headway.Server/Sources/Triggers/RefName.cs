using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Headway.Core.Services;

namespace Headway.Server.Sources.Triggers;

/// <summary>A ref of a remote that may start a run: `refs/heads/x`, `refs/tags/x`, `refs/pull/5/head` and the like.</summary>
/// <param name="Kind">`branch`, `tag` or `request`.</param>
/// <param name="Name">Of the branch or tag, or the number of the request.</param>
internal sealed record RefName(string Full, string Kind, string Name)
{
    private const string Heads = "refs/heads/", Tags = "refs/tags/";
    private static readonly string[] Requests = ["refs/pull/", "refs/merge-requests/"];

    /// <summary>Where the mirror keeps it; a name of our own, whatever the remote's is.</summary>
    public string KeptAs =>
        $"refs/headway/beside/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Full)))[..32]}";

    /// <summary>Null for what starts nothing, and for names that git itself would not allow.</summary>
    public static RefName? Of(string full)
    {
        if (full.StartsWith(Heads, StringComparison.Ordinal)) return Named(full, "branch", full[Heads.Length..]);
        if (full.StartsWith(Tags, StringComparison.Ordinal)) return Named(full, "tag", full[Tags.Length..]);
        foreach (var start in Requests)
            if (full.StartsWith(start, StringComparison.Ordinal) && full[start.Length..].Split('/') is [var number, "head"]
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                return new(full, "request", number);
        return null;
    }

    public static ImmutableArray<string> PatternsOf(string kind) => kind switch
    {
        "branch" => [Heads + "*"],
        "tag" => [Tags + "*"],
        _ => [.. Requests.Select(start => start + "*/head")],
    };

    public static ImmutableArray<string> KindsOf(TriggersSpec on) =>
    [
        .. on.Branches.Length > 0 ? ["branch"] : Array.Empty<string>(),
        .. on.Tags.Length > 0 ? ["tag"] : Array.Empty<string>(),
        .. on.Requests is RequestsFrom.Nobody ? Array.Empty<string>() : ["request"],
    ];

    public bool IsWanted(TriggersSpec on, string ownBranch) => Kind switch
    {
        "branch" => Name != ownBranch && on.WantsBranch(Name),
        "tag" => on.WantsTag(Name),
        _ => on.Requests is not RequestsFrom.Nobody,
    };

    private static RefName? Named(string full, string kind, string name) =>
        name.Length > 0 && SourceAddress.BranchProblemOf(name) is null ? new(full, kind, name) : null;
}
