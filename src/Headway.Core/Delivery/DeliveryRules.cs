using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.Delivery;

/// <summary>What people and the clock have to say before a release comes into an environment.</summary>
/// <param name="Windows">It comes only in one of them; empty: at any time.</param>
/// <param name="Soak">How long it must have been out in the environment before.</param>
/// <param name="ByHand">It comes when somebody says `headway promote`, not by itself.</param>
public sealed record DeliveryRules(ApprovalRule? Approvals, ImmutableArray<WeeklyWindow> Windows, TimeSpan Soak, bool ByHand)
{
    public static readonly DeliveryRules None = new(null, [], TimeSpan.Zero, false);

    [JsonIgnore]
    public bool AsksNothing => Approvals is null && Windows.IsDefaultOrEmpty && Soak <= TimeSpan.Zero && !ByHand;

    /// <summary>
    /// Both have to be kept. Windows of the two are not mixed: it has to be open by either, which <see cref="Delivery"/> asks of
    /// each in turn.
    /// </summary>
    public DeliveryRules StricterOf(DeliveryRules other) => new(
        Approvals is { } mine ? mine.StricterOf(other.Approvals) : other.Approvals,
        Windows.IsDefaultOrEmpty ? other.Windows : Windows,
        Soak > other.Soak ? Soak : other.Soak, ByHand || other.ByHand);
}

/// <param name="Count">So many different people.</param>
/// <param name="Groups">At least one of their groups must be among these; empty: whoever may approve.</param>
/// <param name="For">How long an approval counts.</param>
public sealed record ApprovalRule(int Count, ImmutableArray<string> Groups, TimeSpan For)
{
    public static readonly TimeSpan ForByDefault = TimeSpan.FromDays(7);

    public ApprovalRule StricterOf(ApprovalRule? other) => other is null ? this : new(
        Math.Max(Count, other.Count), Groups.IsDefaultOrEmpty ? other.Groups : Groups, For < other.For ? For : other.For);
}
