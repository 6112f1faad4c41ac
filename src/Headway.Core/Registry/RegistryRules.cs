using System.Collections.Immutable;

namespace Headway.Core.Registry;

/// <summary>What people decided for repositories. Of each list the first rule that matches counts.</summary>
public sealed record RegistryRules(ImmutableArray<TagRule> Tags, ImmutableArray<RetentionRule> Retention)
{
    /// <summary>Of each list.</summary>
    public const int Most = 100;

    public static readonly RegistryRules None = new([], []);

    /// <summary>
    /// Whether the tag never points at anything else once it is there. Where no rule says so, a full version such as
    /// `1.4.2` or `v1.4.2-rc.1` stays, and every other tag moves.
    /// </summary>
    public bool IsFixed(string repository, string tag)
    {
        foreach (var rule in Tags)
            if (NamePattern.Matches(rule.Repositories, repository) && NamePattern.Matches(rule.Tags, tag))
                return rule.Fixed;
        return VersionTag.IsOne(tag);
    }

    public RetentionRule? RetentionOf(string repository)
    {
        foreach (var rule in Retention)
            if (NamePattern.Matches(rule.Repositories, repository)) return rule;
        return null;
    }

    /// <summary>Null, or what is wrong, in a sentence.</summary>
    public string? WhyRefused()
    {
        if (Tags.IsDefault || Retention.IsDefault) return "Rules have two lists, `tags` and `retention`.";
        if (Tags.Length > Most || Retention.Length > Most) return $"There can be {Most} rules of each kind.";
        foreach (var rule in Tags)
            if ((NamePattern.WhyRefused(rule.Repositories ?? "") ?? NamePattern.WhyRefused(rule.Tags ?? "")) is { } says)
                return says;
        foreach (var rule in Retention)
            if (rule.WhyRefused() is { } says) return says;
        return null;
    }
}

/// <param name="Repositories">Pattern of names, `shop/*`.</param>
/// <param name="Tags">Pattern of tags, `release-*`.</param>
/// <param name="Fixed">True: never moves. False: moves freely.</param>
public sealed record TagRule(string Repositories, string Tags, bool Fixed);

/// <summary>
/// A manifest with a tag stays while one of the limits keeps it. Without a rule everything stays.
/// </summary>
/// <param name="KeepLast">So many of the newest tags stay; null says nothing.</param>
/// <param name="KeepDays">Whatever was pushed within so many days stays; null says nothing.</param>
/// <param name="KeepTags">Tags of this pattern stay; null says nothing.</param>
/// <param name="UntaggedDays">What no tag, list or subject holds stays for so many days; null for ever.</param>
public sealed record RetentionRule(
    string Repositories, int? KeepLast, int? KeepDays, string? KeepTags, int? UntaggedDays)
{
    private const int Longest = 36_500;

    public string? WhyRefused()
    {
        if (NamePattern.WhyRefused(Repositories ?? "") is { } says) return says;
        if (KeepTags is not null && NamePattern.WhyRefused(KeepTags) is { } wrong) return wrong;
        if (KeepLast is < 0 or > 1_000_000) return "`keepLast` is a number of tags, 0 to 1000000.";
        if (KeepDays is < 0 or > Longest || UntaggedDays is < 0 or > Longest)
            return $"`keepDays` and `untaggedDays` are numbers of days, 0 to {Longest}.";
        return KeepLast is null && KeepDays is null && KeepTags is null && UntaggedDays is null
            ? "A retention rule says what it keeps: `keepLast`, `keepDays`, `keepTags` or `untaggedDays`." : null;
    }
}
