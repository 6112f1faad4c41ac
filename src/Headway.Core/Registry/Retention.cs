using System.Collections.Immutable;

namespace Headway.Core.Registry;

/// <summary>
/// Decides what a repository may lose. What lanes need stays whatever the rule says, with everything that it is made of
/// and everything that says something about it; so does what was pushed lately, since more may be on its way.
/// </summary>
public sealed class Retention
{
    private readonly RepositoryContents contents;
    private readonly RetentionRule? rule;
    private readonly RetentionTerms terms;
    private readonly Dictionary<string, HeldManifest> manifests;
    private readonly HashSet<string> tagged;
    private readonly HashSet<string> parts;
    private readonly Dictionary<string, string> kept = new(StringComparer.Ordinal);

    private Retention(RepositoryContents contents, RetentionRule? rule, RetentionTerms terms)
    {
        (this.contents, this.rule, this.terms) = (contents, rule, terms);
        manifests = contents.Manifests.ToDictionary(manifest => manifest.Digest, StringComparer.Ordinal);
        tagged = contents.Tags.Select(tag => tag.Digest).ToHashSet(StringComparer.Ordinal);
        parts = contents.Manifests.SelectMany(manifest => manifest.Uses).ToHashSet(StringComparer.Ordinal);
    }

    public static RetentionDecision Decide(RepositoryContents contents, RetentionRule? rule, RetentionTerms terms) =>
        new Retention(contents, rule, terms).Decide();

    private RetentionDecision Decide()
    {
        var newest = contents.Tags.OrderByDescending(tag => tag.MovedAt).ThenByDescending(tag => tag.Name)
            .Take(rule?.KeepLast ?? 0).Select(tag => tag.Name).ToHashSet(StringComparer.Ordinal);
        var tags = contents.Tags.Select(tag => FateOf(tag, newest)).ToImmutableArray();
        foreach (var (tag, fate) in contents.Tags.Zip(tags))
            if (!fate.Goes) Keep(tag.Digest, $"the tag {tag.Name} points at it");
        KeepByThemselves();
        Follow();
        return new(tags, [.. contents.Manifests.Select(FateOf)]);
    }

    private Fate FateOf(HeldTag tag, HashSet<string> newest)
    {
        if (NeededBy(tag.Digest) is { } needed) return new(tag.Name, false, needed);
        if (rule is null) return new(tag.Name, false, "no retention rule is for this repository");
        if (rule is { KeepLast: null, KeepDays: null, KeepTags: null })
            return new(tag.Name, false, "the rule says nothing about tags");
        if (newest.Contains(tag.Name)) return new(tag.Name, false, $"it is one of the newest {rule.KeepLast}");
        if (rule.KeepTags is { } pattern && NamePattern.Matches(pattern, tag.Name))
            return new(tag.Name, false, $"tags like {pattern} stay");
        var age = terms.Now - tag.MovedAt;
        if (age < terms.Grace) return new(tag.Name, false, "it was pushed lately");
        if (rule.KeepDays is { } days && age < TimeSpan.FromDays(days))
            return new(tag.Name, false, $"it is younger than {days} days");
        return new(tag.Name, true, Limits(rule));
    }

    private static string Limits(RetentionRule rule) => "the rule for " + rule.Repositories + " keeps only "
        + string.Join(", ", new[]
        {
            rule.KeepLast is { } last ? $"the newest {last}" : null,
            rule.KeepDays is { } days ? $"what is younger than {days} days" : null,
            rule.KeepTags is { } tags ? $"tags like {tags}" : null,
        }.OfType<string>());

    /// <summary>Manifests that stay in their own right: needed, pushed lately, or untagged and not yet old enough.</summary>
    private void KeepByThemselves()
    {
        foreach (var manifest in contents.Manifests)
        {
            var age = terms.Now - manifest.SeenAt;
            if (NeededBy(manifest.Digest) is { } needed) Keep(manifest.Digest, needed);
            else if (age < terms.Grace) Keep(manifest.Digest, "it was pushed lately");
            else if (!tagged.Contains(manifest.Digest) && !parts.Contains(manifest.Digest)
                && !(manifest.Subject is { } subject && manifests.ContainsKey(subject))
                && (rule?.UntaggedDays is not { } days || age < TimeSpan.FromDays(days)))
                Keep(manifest.Digest, rule?.UntaggedDays is { } left
                    ? $"it is untagged for less than {left} days" : "untagged manifests stay here");
        }
    }

    /// <summary>Parts of what stays, and what speaks of it, stay too; and so on.</summary>
    private void Follow()
    {
        var speakers = contents.Manifests.Where(manifest => manifest.Subject is not null)
            .ToLookup(manifest => manifest.Subject!, StringComparer.Ordinal);
        var open = new Queue<string>(kept.Keys);
        while (open.TryDequeue(out var digest))
        {
            if (manifests.TryGetValue(digest, out var manifest))
                foreach (var part in manifest.Uses)
                    if (manifests.ContainsKey(part) && Keep(part, $"{Short(digest)} is made of it")) open.Enqueue(part);
            foreach (var speaker in speakers[digest])
                if (Keep(speaker.Digest, $"it speaks of {Short(digest)}")) open.Enqueue(speaker.Digest);
        }
    }

    private Fate FateOf(HeldManifest manifest) => kept.TryGetValue(manifest.Digest, out var why)
        ? new(manifest.Digest, false, why)
        : new(manifest.Digest, true, tagged.Contains(manifest.Digest) ? "its tags go"
            : manifest.Subject is { } subject && manifests.ContainsKey(subject) ? "what it speaks of goes"
            : parts.Contains(manifest.Digest) ? "the list that names it goes"
            : $"it is untagged for more than {rule?.UntaggedDays} days");

    /// <summary>A lane needs the manifest itself, or a blob of it.</summary>
    private string? NeededBy(string digest)
    {
        if (terms.InUse.TryGetValue(digest, out var why)) return why;
        if (!manifests.TryGetValue(digest, out var manifest)) return null;
        foreach (var part in manifest.Uses)
            if (terms.InUse.TryGetValue(part, out var needed)) return needed;
        return null;
    }

    private bool Keep(string digest, string why) => manifests.ContainsKey(digest) && kept.TryAdd(digest, why);

    private static string Short(string digest) => digest.Length > 19 ? digest[..19] : digest;
}

/// <param name="Grace">What is younger stays whatever the rule says.</param>
/// <param name="InUse">Digests that lanes need, each with the reason.</param>
public sealed record RetentionTerms(
    DateTimeOffset Now, TimeSpan Grace, IReadOnlyDictionary<string, string> InUse);
