using System.Collections.Immutable;
using Headway.Core.Services;

namespace Headway.Server.Specs;

/// <summary>The `on:` section.</summary>
internal static class TriggersShape
{
    private const int Limit = 20;

    private static readonly Field<bool> Push = new(
        "push", "A push to the service's branch starts a run (true when not written).", Shapes.Bool, true);

    private static readonly Field<ImmutableArray<string>> Branches = new(
        "branches", "Further branches that are built and tested; only the service's branch is released.",
        OneOrMore("a pattern of branches such as `release/*`"), []);

    private static readonly Field<ImmutableArray<string>> Tags = new(
        "tags", "Tags that start a run; what is tagged on the service's branch is released.",
        OneOrMore("a pattern of tags such as `v*`"), []);

    private static readonly Field<RequestsFrom> Requests = new(
        "requests", "Whose merge requests are checked: `none` (when not written), `members` or `everybody`.",
        Shapes.Word("none", "members", "everybody").Select(word => word switch
        {
            "members" => RequestsFrom.Members,
            "everybody" => RequestsFrom.Everybody,
            _ => RequestsFrom.Nobody,
        }), RequestsFrom.Nobody);

    private static readonly Field<string> Cron = new(
        "cron", "Minute, hour, day of the month, month, day of the week.", CronText(), "", Required: true);

    private static readonly Field<string> Zone = new(
        "zone", "Time zone such as `Europe/Berlin` (UTC when not written).", ZoneName(), "UTC");

    private static readonly Shape<ScheduleSpec> Written = MapShape.Of(
        "a schedule", [Cron, Zone], values => new ScheduleSpec(values.Get(Cron), values.Get(Zone)));

    private static readonly Shape<ScheduleSpec> One = Shapes.Either(
        node => node is SpecNode.Map, Written, CronText().Select(cron => new ScheduleSpec(cron)));

    private static readonly Field<ImmutableArray<ScheduleSpec>> Schedule = new(
        "schedule", "When a run of the branch starts by itself: `\"0 3 * * *\"`, or `{ cron: ..., zone: ... }`.",
        Shapes.Either(node => node is SpecNode.List, Shapes.List("schedule", Limit, One), One.Select(ImmutableArray.Create)),
        []);

    public static readonly Shape<TriggersSpec> Shape = MapShape.Of(
        "`on`", [Push, Branches, Tags, Schedule, Requests],
        values => new TriggersSpec(values.Get(Push), values.Get(Branches), values.Get(Tags), values.Get(Schedule),
            values.Get(Requests)));

    private static Shape<ImmutableArray<string>> OneOrMore(string expected) => Shapes.Either(
        node => node is SpecNode.List, Shapes.List("this", Limit, Shapes.Text(expected)),
        Shapes.Text(expected).Select(ImmutableArray.Create));

    private static Shape<string> CronText() => Checked(
        "five fields such as `0 3 * * *`: minute, hour, day of the month, month, day of the week",
        text => CronTime.Parse(text) is { } cron && cron.Next(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc) is not null,
        "is no time that ever comes");

    private static Shape<string> ZoneName() => Checked(
        "the name of a time zone such as `Europe/Berlin`", text => TimeZoneInfo.TryFindSystemTimeZoneById(text, out _),
        "is not a time zone that this machine knows");

    private static Shape<string> Checked(string expected, Func<string, bool> holds, string says)
    {
        var text = Shapes.Text(expected);
        return new(text.Schema, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok || holds(read.Value)) return read;
            problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` {says}", expected);
            return default;
        });
    }
}
