using Headway.Core.Evidence;

namespace Headway.Server.Signals.Asking;

/// <summary>What one side counted between two looks.</summary>
/// <param name="IsThere">It showed anything at all.</param>
/// <param name="IsFromTheStart">It was seen where the time between the looks begins, so that the numbers are whole.</param>
internal sealed record CountedSide(QuestionSide Side, double Bad, double Total, bool IsThere, bool IsFromTheStart)
{
    /// <summary>
    /// Both sides count for the same time or not at all: a time that only one of them was seen in would blame it for
    /// what happened then, or praise it.
    /// </summary>
    public static SignalReading Pair(CountedSide? stable, CountedSide candidate)
    {
        var whole = (stable is null || stable is { IsThere: true, IsFromTheStart: true })
            && candidate is { IsThere: true, IsFromTheStart: true };
        var remark = !candidate.IsThere || stable is { IsThere: false }
            ? "One of the sides shows nothing, so nothing is compared yet."
            : !whole ? "One of the sides was not seen before, so counting begins with this look." : null;
        if (whole && (candidate.IsMuddled || stable is { IsMuddled: true }))
            remark = "`bad` grew by more than `total`, of which it is to be a part; what is too much was left out.";
        return new(stable?.Reading(whole), candidate.Reading(whole)) { Remark = remark };
    }

    private bool IsMuddled => Bad > Total;

    private SideReading? Reading(bool whole) => !IsThere ? null
        : SideReading.Counted(Side.Release.Id, whole ? Total : 0, whole ? Math.Min(Bad, Total) : 0);
}
