using System.Collections.Immutable;

namespace Headway.Core.Delivery;

/// <summary>The one place in which approvals, windows, freezes, soak and promotion by hand are decided.</summary>
public static class DeliveryEngine
{
    /// <summary>Everything that is asked, passed or not, in the order in which a person wants to hear of it.</summary>
    public static ImmutableArray<DeliveryAnswer> Ask(DeliveryQuestion asked, DateTimeOffset now)
    {
        if (asked.Given.GlassOf(asked.Release, now) is { } glass)
            return [new("glass", true, $"{glass.By} broke the glass for {asked.Release}: {glass.Why}", null, glass.Until)];
        var rules = asked.Here.StricterOf(asked.Everywhere);
        return
        [
            .. Soak(asked, rules, now), .. ByHand(asked, rules), .. Approvals(asked, rules, now),
            .. Freezes(asked, now), .. Windows(asked, now),
        ];
    }

    private static IEnumerable<DeliveryAnswer> Soak(DeliveryQuestion asked, DeliveryRules rules, DateTimeOffset now)
    {
        if (rules.Soak <= TimeSpan.Zero || !asked.HasBefore) yield break;
        if (asked.OutSince is not { } since)
        {
            yield return new("soak", false, $"{asked.Release} is to be out for {Words(rules.Soak)} in the environment before, and is not out there now.",
                null, null);
            yield break;
        }
        var over = since + rules.Soak;
        yield return now >= over
            ? new("soak", true, $"It has been out for {Words(rules.Soak)} in the environment before.", null, null)
            : new("soak", false, $"{asked.Release} is to be out for {Words(rules.Soak)} in the environment before; it has been for {Words(now - since)}.",
                "Time.", over);
    }

    private static IEnumerable<DeliveryAnswer> ByHand(DeliveryQuestion asked, DeliveryRules rules)
    {
        if (!rules.ByHand) yield break;
        var isAsked = asked.Given.Asked.Contains(asked.Release);
        yield return new("hand", isAsked, isAsked ? "Somebody asked for it." : $"Releases come into {asked.Environment} by hand.",
            isAsked ? null : $"`headway promote {asked.Service} --environment {asked.Environment}`", null);
    }

    private static IEnumerable<DeliveryAnswer> Approvals(DeliveryQuestion asked, DeliveryRules rules, DateTimeOffset now)
    {
        var rule = rules.Approvals ?? (asked.Need is { Required: true } ? new ApprovalRule(1, [], ApprovalRule.ForByDefault) : null);
        if (rule is null) yield break;
        if (asked.Need is { Waived: true } waived)
        {
            yield return new("approval", true, $"No approval is needed: {waived.Why}", null, null);
            yield break;
        }
        var counted = Counted(asked, rule, now);
        var who = rule.Groups.IsDefaultOrEmpty ? "" : $" of {string.Join(" or ", rule.Groups)}";
        yield return counted.Length >= rule.Count
            ? new("approval", true, $"Approved by {string.Join(", ", counted.Select(each => each.By))}.", null, counted.Min(each => each.At) + rule.For)
            : new("approval", false, $"{asked.Release} waits for {Of(rule.Count, "approval")}{who}; {Said(counted)}.{Because(asked)}",
                $"`headway approve {asked.Service} --environment {asked.Environment}` by somebody who did not write it.", null);
    }

    /// <summary>Approvals that count: of these bytes, not too old, by people of the groups who wrote none of it, one a person.</summary>
    public static ImmutableArray<Approval> Counted(DeliveryQuestion asked, ApprovalRule rule, DateTimeOffset now) =>
    [
        .. asked.Given.Approvals
            .Where(each => each.Release == asked.Release && each.Digest == asked.Digest && now < each.At + rule.For)
            .Where(each => rule.Groups.IsDefaultOrEmpty || each.Groups.Any(group => rule.Groups.Contains(group)))
            .Where(each => !IsAuthor(asked.Authors, each.By, each.Emails))
            .DistinctBy(each => each.By.ToLowerInvariant()),
    ];

    public static bool IsAuthor(ImmutableArray<string> authors, string name, ImmutableArray<string> emails) =>
        authors.Any(author => author.Equals(name, StringComparison.OrdinalIgnoreCase)
            || emails.Any(email => author.Equals(email, StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<DeliveryAnswer> Freezes(DeliveryQuestion asked, DateTimeOffset now) =>
        from freeze in asked.Freezes
        where freeze.Holds(asked.Service, asked.Environment, now)
        select new DeliveryAnswer("freeze", false, $"{asked.Environment} is frozen ({freeze.Name}): {freeze.Why}",
            $"`headway freeze lift {freeze.Name}`; a rollback is not frozen.", freeze.Until);

    /// <summary>The service's own windows and those of the environment: it has to be in one of either.</summary>
    private static IEnumerable<DeliveryAnswer> Windows(DeliveryQuestion asked, DateTimeOffset now)
    {
        foreach (var windows in new[] { asked.Here.Windows, asked.Everywhere.Windows }.Where(each => !each.IsDefaultOrEmpty))
        {
            var listed = string.Join("; ", windows);
            if (windows.Any(window => window.Holds(now)))
            {
                yield return new("window", true, $"It is in its window ({listed}).", null, null);
                continue;
            }
            var opens = windows.Select(window => window.Opens(now)).Min();
            yield return new("window", false, $"{asked.Environment} takes releases {listed}.",
                $"The window opening, or `headway break-glass {asked.Service} --environment {asked.Environment} --reason ...`.", opens);
        }
    }

    private static string Because(DeliveryQuestion asked) => asked.Need is { Required: true } need ? $" {need.Why}" : "";

    private static string Said(ImmutableArray<Approval> counted) =>
        counted.IsEmpty ? "nobody has approved yet" : $"{string.Join(", ", counted.Select(each => each.By))} has approved";

    private static string Of(int count, string what) => count == 1 ? $"an {what}" : $"{count} {what}s";

    private static string Words(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => $"{time.TotalDays:0.#} days",
        { TotalHours: >= 1 } => $"{time.TotalHours:0.#} h",
        { TotalMinutes: >= 1 } => $"{time.TotalMinutes:0} min",
        _ => $"{Math.Max(0, time.TotalSeconds):0} s",
    };
}
