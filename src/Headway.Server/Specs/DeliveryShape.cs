using System.Collections.Immutable;
using Headway.Core.Delivery;

namespace Headway.Server.Specs;

/// <summary>Approvals, windows, soak and promotion by hand: keys of an environment in headway.yaml and in the state repo.</summary>
internal static class DeliveryShape
{
    private const int Most = 20;

    private static readonly Field<int> Count = new("count", "So many different people.", Shapes.Whole(1, 10), 1);

    private static readonly Field<ImmutableArray<string>> Groups = new(
        "groups", "One of their groups must be among these.", Shapes.List("groups", Most, Shapes.Text("a group such as `sre`")), []);

    private static readonly Field<TimeSpan> For = new(
        "for", "How long an approval counts.", Quantity.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(90)), ApprovalRule.ForByDefault);

    private static readonly Shape<ApprovalRule?> Rule = Shapes.Either(
        node => node is SpecNode.Scalar,
        Shapes.Whole(0, 10).Select(count => count == 0 ? null : new ApprovalRule(count, [], ApprovalRule.ForByDefault)),
        MapShape.Of("`approvals`", [Count, Groups, For],
            values => (ApprovalRule?)new ApprovalRule(values.Get(Count), values.Get(Groups), values.Get(For))));

    private static readonly Field<ApprovalRule?> Approvals = new(
        "approvals", "How many people must approve a release before it comes here; never those who wrote it.", Rule, null);

    private static readonly Field<ImmutableArray<WeeklyWindow>> Windows = new(
        "windows", "When releases may come here, in local time; a rollback may always.", Shapes.List("windows", Most, Window()), []);

    private static readonly Field<TimeSpan> Soak = new(
        "soak", "How long a release must have been out in the environment before.",
        Quantity.Duration(TimeSpan.Zero, TimeSpan.FromDays(90)), TimeSpan.Zero);

    private static readonly Field<bool> ByHand = new(
        "promote", "Whether releases come by themselves (automatic, the default) or when somebody says so (by hand).",
        Shapes.Word("automatic", "by hand").Select(word => word == "by hand"), false);

    public static readonly ImmutableArray<Field> Fields = [Approvals, Windows, Soak, ByHand];

    public static DeliveryRules Of(MapValues values) =>
        new(values.Get(Approvals), values.Get(Windows), values.Get(Soak), values.Get(ByHand));

    private static Shape<WeeklyWindow> Window()
    {
        const string expected = "days, hours and a time zone such as `Mon-Fri 09:00-16:00 Europe/Berlin`";
        var text = Shapes.Text(expected);
        return new(text.Schema, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok) return default;
            if (WeeklyWindow.Parse(read.Value) is { } window) return Found.It(window);
            problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` is no window", expected);
            return default;
        });
    }
}
