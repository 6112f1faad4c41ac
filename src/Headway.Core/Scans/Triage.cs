using System.Collections.Immutable;
using Headway.Core.Rollouts;

namespace Headway.Core.Scans;

/// <param name="By">Who said so.</param>
public sealed record TriageEntry(
    string Subject, TriageKind Kind, string Why, string By, DateTimeOffset At, DateTimeOffset Until)
{
    public bool HasExpired(DateTimeOffset now) => now >= Until;

    /// <summary>For a sentence.</summary>
    public string Word => Kind switch
    {
        TriageKind.NotAffected => "not affected",
        TriageKind.Accepted => "accepted",
        _ => "a false positive",
    };
}

/// <summary>The decisions of people about findings of a service: a fold of its events.</summary>
public sealed record Triage(
    ImmutableArray<TriageEntry> Entries, ImmutableArray<ScanEvent.ResultAdded> Added,
    ImmutableArray<ScanEvent.ChangeScanned> Changes, long Version)
{
    /// <summary>No decision about risk holds longer without being made again.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static readonly TimeSpan Otherwise = TimeSpan.FromDays(90);
    public const int MostEntries = 5_000;
    private const int ChangesKept = 50;
    private const int AddedKept = 1_000;

    public static readonly Triage None = new([], [], [], 0);

    public static Triage Fold(IEnumerable<Recorded<ScanEvent>> events) => events.Aggregate(None, Evolve);

    public static Triage Evolve(Triage state, Recorded<ScanEvent> recorded) => (recorded.Event switch
    {
        ScanEvent.Triaged e => state with
        {
            Entries =
            [
                .. state.Entries.Where(entry => !IsSame(entry.Subject, e.Subject)),
                new(e.Subject, e.Kind, e.Why, recorded.Actor, recorded.At, e.Until),
            ],
        },
        ScanEvent.TriageWithdrawn e => state with
        {
            Entries = [.. state.Entries.Where(entry => !IsSame(entry.Subject, e.Subject))],
        },
        ScanEvent.ResultAdded e => state with { Added = [.. state.Added.Append(e).TakeLast(AddedKept)] },
        ScanEvent.ChangeScanned e => state with { Changes = [.. state.Changes.Append(e).TakeLast(ChangesKept)] },
        var e => throw new InvalidOperationException($"{e.GetType().Name} is not about scans."),
    }) with { Version = recorded.Version };

    /// <summary>What was decided about a finding; one that still holds goes before one that has expired.</summary>
    public TriageEntry? Of(Finding finding, DateTimeOffset now) => Entries.Where(entry => finding.Is(entry.Subject))
        .OrderBy(entry => entry.HasExpired(now)).ThenByDescending(entry => entry.At).FirstOrDefault();

    /// <summary>Why a decision cannot be recorded, in a sentence, or null.</summary>
    public string? WhyRefused(string subject, string why, DateTimeOffset until, DateTimeOffset now) =>
        subject.Length is 0 or > 200 ? "A triage is about a fingerprint, or the name of a vulnerability such as CVE-2024-1234."
        : why.Trim().Length < 5 ? "Say why in a few words: whoever reads it in a year has nothing else."
        : why.Length > 2_000 ? "The reason is longer than 2000 characters."
        : until <= now ? $"It would have ended on {until:yyyy-MM-dd} already; give a day to come."
        : until > now + Longest ? $"A triage holds at most {Longest.TotalDays:0} days: until {now + Longest:yyyy-MM-dd}."
        : Entries.Length >= MostEntries && !Entries.Any(entry => IsSame(entry.Subject, subject))
            ? $"The service has {MostEntries} triages already; withdraw those that are not needed." : null;

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
