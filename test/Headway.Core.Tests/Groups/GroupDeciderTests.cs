using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Groups;
using Xunit;

namespace Headway.Core.Tests.Groups;

public sealed class GroupDeciderTests
{
    private static readonly ImmutableArray<GroupMember> Members = [new("api", "api-2", "api-1"), new("shop", "shop-2", "shop-1"), new("web", "web-2", null)];

    [Fact]
    public void What_others_depend_on_comes_first_and_a_circle_is_named()
    {
        var depends = new Dictionary<string, ImmutableArray<string>> { ["web"] = ["shop", "elsewhere"], ["shop"] = ["api"] };
        ImmutableArray<string> Of(string service) => depends.GetValueOrDefault(service, []);
        Assert.Equal(["api", "shop", "web"], GroupOrder.Of(["web", "shop", "api"], Of).Order);
        Assert.Equal(["b", "a"], GroupOrder.Of(["b", "a"], Of).Order);
        depends["api"] = ["web"];
        var circle = GroupOrder.Of(["web", "shop", "api", "other"], Of);
        Assert.Empty(circle.Order);
        Assert.Equal(["web", "shop", "api"], circle.Circle);
    }

    /// <summary>Whatever becomes of the members and wherever the server dies: at rest all are out, or all have what they had before.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_group_at_rest_is_out_as_a_whole_or_not_at_all_and_goes_back_in_reverse(int seed)
    {
        var random = new Random(seed);
        var lanes = Members.ToDictionary(member => member.Service, member => LaneState.Empty(member.Service, "production") with { Current = member.Before });
        var bad = random.Next(4);
        var state = GroupState.Empty("shop").Evolve(new GroupEvent.Started(1, "production", Members, "why"));
        var (began, back) = (new List<string>(), new List<string>());
        for (var turn = 0; turn < 500 && state.Open is { } run; turn++)
        {
            // A lane takes its release when the gate lets it, and is done with it some time later.
            if (run.Next is { } next && random.Next(3) == 0) lanes[next.Service] = Moved(lanes[next.Service], next, Members.IndexOf(next) == bad, began);
            if (random.Next(40) == 0 && run.BackWhy is null) state = state.Evolve(new GroupEvent.TurnedBack(1, null, "somebody asked"));
            var step = GroupDecider.Decide(state.Open!, service => lanes[service]);
            foreach (var happened in step.Happened) state = state.Evolve(happened);
            if (step.GoBack is { } member && random.Next(2) == 0)
            {
                back.Add(member.Service);
                lanes[member.Service] = lanes[member.Service] with { Open = null, Current = member.Before, Hold = new(member.Release, "back", default) };
            }
        }
        Assert.NotNull(state.Last!.End);
        if (state.Last.End is GroupEnd.Committed) Assert.All(Members, member => Assert.Equal(member.Release, lanes[member.Service].Current));
        else Assert.All(Members.Where(member => member.Before is not null), member => Assert.Equal(member.Before, lanes[member.Service].Current));
        Assert.Equal(back.OrderByDescending(service => began.IndexOf(service)), back);
        Assert.Equal(Members.Select(member => member.Service).Take(began.Count), began);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 300)];

    private static LaneState Moved(LaneState lane, GroupMember member, bool isBad, List<string> began)
    {
        if (lane.Open is null && lane.Current != member.Release && lane.Hold is null)
        {
            began.Add(member.Service);
            return lane with { Open = "rollout" };
        }
        return lane.Open is null ? lane : isBad ? lane with { Open = null, Hold = new(member.Release, "It is worse.", default) }
            : lane with { Open = null, Current = member.Release };
    }
}
