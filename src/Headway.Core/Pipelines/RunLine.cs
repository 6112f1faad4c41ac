namespace Headway.Core.Pipelines;

/// <summary>Runs of which the newest is the one that counts.</summary>
public static class RunLine
{
    /// <summary>
    /// Pushes to a branch and what people start there are one line, a merge request is one, a tag is one, and what a
    /// schedule starts is one of its own: a push does not cut the tests of the night. What tries releases in an environment
    /// is one: there the newest release is out.
    /// </summary>
    public static bool IsSame(RunTrigger? older, RunTrigger newer) => LineOf(older, newer) == LineOf(newer, newer);

    private static (string Kind, string Branch, string? Name) LineOf(RunTrigger? trigger, RunTrigger newer) =>
        trigger switch
        {
            // Recorded before triggers were: pushes all.
            null => ("branch", newer.Branch, null),
            { MergeRequest: { } request } => ("merge request", "", $"{request.Number}"),
            { Verifies: { } tried } => ("verify", "", tried.Environment),
            { Provisions: { } made } => ("provision", "", made.Environment),
            { Tag: { } tag } => ("tag", "", tag),
            { Kind: TriggerKind.Manual, ChecksOnly: true } asked => ("asked for", asked.Branch, null),
            { Kind: TriggerKind.Schedule } scheduled => ("schedule", scheduled.Branch, null),
            var pushed => ("branch", pushed.Branch, null),
        };
}
