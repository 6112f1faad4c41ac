using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Pipelines;

namespace Headway.Core.Secrets;

/// <summary>Who is given a secret. Nobody is whom it does not name.</summary>
/// <param name="Services">Names, or patterns in which `*` stands for any letters.</param>
/// <param name="Environments">The same, of environments: their instances and checks are given it.</param>
/// <param name="Jobs">Which jobs of the pipelines of these services.</param>
public sealed record SecretScope(
    ImmutableArray<string> Services, ImmutableArray<string> Environments, JobReach Jobs)
{
    public const int Most = 50;

    /// <summary>One text for each scope: a value is sealed to it, so that a changed row does not open.</summary>
    [JsonIgnore]
    public string Canonical => $"{Words(Services)} {Words(Environments)} {Jobs}";

    /// <summary>Null when the reader is given the secret.</summary>
    public string? WhyNot(string secret, SecretReader reader) => reader switch
    {
        _ when !Services.Any(pattern => Matches(pattern, reader.Service)) =>
            $"The secret `{secret}` is not for the service `{reader.Service}`: it is for {Listed(Services)}.",
        SecretReader.Job { FromFork: true } =>
            $"The secret `{secret}` is not given to a merge request from a fork: whoever wrote it could read it.",
        SecretReader.Job { Trigger: TriggerKind.MergeRequest } when Jobs is not JobReach.MergeRequests =>
            $"The secret `{secret}` is not given to merge requests, only to "
            + (Jobs is JobReach.Branches ? "jobs of the branch." : $"instances in {Listed(Environments)}."),
        SecretReader.Job { OffBranch: true } when Jobs is not JobReach.MergeRequests =>
            $"The secret `{secret}` is not given to commits that are not on the branch, only to "
            + (Jobs is JobReach.Branches ? "jobs of the branch." : $"instances in {Listed(Environments)}."),
        SecretReader.Job when Jobs is JobReach.None =>
            $"The secret `{secret}` is not given to jobs: it is for instances in {Listed(Environments)}.",
        SecretReader.Run run when !Environments.Any(pattern => Matches(pattern, run.Environment)) =>
            $"The secret `{secret}` is not given to `{run.Environment}`: it is for "
            + (Environments.IsEmpty ? "jobs." : $"{Listed(Environments)}."),
        _ => null,
    };

    /// <summary>Null when it can be kept.</summary>
    public string? WhyRefused()
    {
        if (Services.IsEmpty) return "A secret is for at least one service: `--service shop`, or `--service '*'`.";
        if (Environments.IsEmpty && Jobs is JobReach.None)
            return "A secret is for at least one environment or for jobs: `--environment production`, `--jobs branches`.";
        if (Services.Length > Most || Environments.Length > Most) return $"A scope has at most {Most} patterns of a kind.";
        return Services.Concat(Environments).FirstOrDefault(pattern => !IsPattern(pattern)) is { } wrong
            ? $"`{wrong}` is no name and no pattern such as `shop-*`." : null;
    }

    private static bool IsPattern(string pattern) => pattern.Length is > 0 and <= 64
        && pattern.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '*');

    /// <summary>Each star takes the shortest piece that works, so a hostile pattern costs no more than its length.</summary>
    private static bool Matches(string pattern, string name)
    {
        int at = 0, star = -1, taken = 0;
        for (var i = 0; i < name.Length;)
            if (at < pattern.Length && pattern[at] == '*') (star, taken, at) = (at, i, at + 1);
            else if (at < pattern.Length && pattern[at] == name[i]) (i, at) = (i + 1, at + 1);
            else if (star >= 0) (at, i, taken) = (star + 1, taken + 1, taken + 1);
            else return false;
        return pattern.AsSpan(at).IndexOfAnyExcept('*') < 0;
    }

    private static string Listed(ImmutableArray<string> patterns) =>
        string.Join(", ", patterns.Select(pattern => $"`{pattern}`"));

    private static string Words(ImmutableArray<string> patterns) =>
        string.Join(',', patterns.Distinct().Order(StringComparer.Ordinal));
}

[JsonConverter(typeof(JsonStringEnumConverter<JobReach>))]
public enum JobReach
{
    None,

    /// <summary>Jobs of what is on the branch that is released; not of merge requests and of other branches.</summary>
    Branches,

    /// <summary>Also of merge requests within the repository and of its other branches. Never from forks.</summary>
    MergeRequests,
}
