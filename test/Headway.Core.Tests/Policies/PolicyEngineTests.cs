using System.Text.Json;
using Headway.Core.Conditions;
using Headway.Core.Policies;
using Xunit;

namespace Headway.Core.Tests.Policies;

public sealed class PolicyEngineTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_release_with_which_all_is_well_passes_all_that_is_built_in() =>
        Assert.All(PolicyEngine.Decide(BuiltInPolicies.All, PolicyInput.Sample, Now), answer => Assert.Equal(PolicyOutcome.Passed, answer.Outcome));

    [Fact]
    public void What_a_new_service_cannot_have_yet_warns_and_blocks_a_critical_one()
    {
        var bare = PolicyInput.Sample with
        {
            Objectives = new(null, null, null), Telemetry = new(false), Checks = new(1, 0, 0, false), Plan = new("none", false, 50),
        };
        Assert.Equal(["gradual", "objectives", "telemetry", "tests"], Named(bare, PolicyOutcome.Warned));
        var critical = bare with { Service = bare.Service with { Tier = "critical" } };
        Assert.Equal(["gradual", "objectives"], Named(critical, PolicyOutcome.Blocked));
        Assert.Equal(["telemetry", "tests"], Named(critical, PolicyOutcome.Warned));
        Assert.Equal(["findings"], Named(PolicyInput.Sample with { Findings = new(2, 0, 0, 0, true) }, PolicyOutcome.Blocked));
        Assert.Equal(["signed"], Named(PolicyInput.Sample with { Release = PolicyInput.Sample.Release with { Signed = false } }, PolicyOutcome.Blocked));
    }

    [Fact]
    public void It_says_what_is_wrong_in_its_own_words()
    {
        var policy = Of("findings.high == 0") with { Message = "${service.name} has ${findings.high} findings of ${[1, 2]}." };
        Assert.Equal("shop has 3 findings of [1,2].", Answer(policy, PolicyInput.Sample with { Findings = new(0, 3, 0, 0, true) })!.Says);
    }

    [Theory]
    [InlineData("release.number / (release.number - 2) > 0")]
    [InlineData("service.name")]
    [InlineData("[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, [1,2,3,4,5,6,7,8,9,10].all(f, [1,2,3,4,5,6,7,8,9,10].all(g, true)))))))")]
    public void What_throws_is_no_condition_or_takes_too_long_blocks(string require)
    {
        var answer = Answer(Of(require), PolicyInput.Sample)!;
        Assert.Equal((PolicyOutcome.Failed, true), (answer.Outcome, answer.Blocks));
        Assert.Contains(require, answer.Says);
        Assert.Equal(PolicyOutcome.Warned, Answer(Of(require) with { Severity = PolicySeverity.Warn }, PolicyInput.Sample)!.Outcome);
    }

    [Fact]
    public void It_is_about_those_whom_it_names_and_an_exception_ends()
    {
        var policy = Of("false") with { Scope = new(["shop-*"], [], ["critical"], []) };
        Assert.Empty(PolicyEngine.Decide([policy], PolicyInput.Sample, Now));
        var about = PolicyInput.Sample with { Service = PolicyInput.Sample.Service with { Name = "shop-web", Tier = "critical" } };
        Assert.Equal(PolicyOutcome.Blocked, Assert.Single(PolicyEngine.Decide([policy], about, Now)).Outcome);
        var let = policy with { Exceptions = [new(new(["shop-web"], [], [], []), null, "Until the new scanner runs.", Now.AddDays(1))] };
        Assert.Equal(PolicyOutcome.Excepted, Assert.Single(PolicyEngine.Decide([let], about, Now)).Outcome);
        Assert.Equal(PolicyOutcome.Blocked, Assert.Single(PolicyEngine.Decide([let], about, Now.AddDays(1))).Outcome);
        Assert.Empty(PolicyEngine.Decide([policy with { Off = "not ours" }], about, Now));
    }

    [Fact]
    public void A_waiver_asks_for_nothing()
    {
        var waiver = Of("commit.files.all(f, f.startsWith('docs/'))") with { Approval = ApprovalPart.Waived };
        Assert.Null(Answer(waiver, PolicyInput.Sample));
        Assert.Equal(PolicyOutcome.Waived, Answer(waiver, PolicyInput.Sample with { Commit = PolicyInput.Sample.Commit with { Files = ["docs/a.md"] } })!.Outcome);
        // What is not known waives nothing.
        Assert.Null(Answer(waiver, PolicyInput.Sample with { Commit = PolicyInput.Sample.Commit with { Files = null } }));
    }

    [Fact]
    public void Somebody_looks_at_releases_of_a_critical_service_without_tests_and_at_no_others()
    {
        var unready = PolicyInput.Sample with { Readiness = new(false, true, 8, 10) };
        Assert.Empty(Named(unready, PolicyOutcome.Approval));
        var critical = unready with { Service = unready.Service with { Tier = "critical" } };
        Assert.Equal(["readiness"], Named(critical, PolicyOutcome.Approval));
        Assert.Equal("shop is not ready to go out by itself: no tests that pass consistently (`headway readiness shop`).",
            PolicyEngine.Decide(BuiltInPolicies.All, critical, Now).Single(answer => answer.Policy == "readiness").Says);
        Assert.Empty(Named(critical with { Lane = critical.Lane with { Current = null } }, PolicyOutcome.Approval));
        Assert.Empty(Named(critical with { Readiness = new(true, true, 10, 10) }, PolicyOutcome.Approval));
    }

    [Fact]
    public void What_is_not_known_yet_where_a_policy_is_asked_is_no_variable_there()
    {
        Assert.Contains("release", PolicyPoints.Variables(PolicyPoint.Release).ToArray());
        Assert.DoesNotContain("release", PolicyPoints.Variables(PolicyPoint.Commit).ToArray());
        Assert.DoesNotContain("lane", PolicyPoints.Variables(PolicyPoint.Release).ToArray());
        Assert.Equal(PolicyFields.Variables, PolicyPoints.Variables(PolicyPoint.Runtime));
    }

    [Theory]
    [InlineData("release.signd", "`release` has no field 'signd'")]
    [InlineData("relase.signed", "undeclared reference to 'relase'")]
    [InlineData("commit.files.exists(f, f.nothing)", null)]
    [InlineData("release.signed && timestamp(time.now) < timestamp('2027-01-01T00:00:00Z')", null)]
    public void A_misspelled_field_is_found_when_the_policy_is_read(string require, string? wrong)
    {
        var found = Condition.Parse(require).Condition!.Check(PolicyFields.Variables, PolicyFields.All);
        Assert.Equal(wrong is null, found.IsEmpty);
        if (wrong is not null) Assert.StartsWith(wrong, found[0].Says);
    }

    [Fact]
    public void An_input_that_was_recorded_gives_the_same_answers()
    {
        var input = PolicyInput.Sample with { Objectives = new(null, null, null) };
        var recorded = JsonSerializer.Deserialize<PolicyInput>(JsonSerializer.Serialize(input, Wire.Json), Wire.Json)!;
        Assert.Equal(PolicyEngine.Decide(BuiltInPolicies.All, input, Now), PolicyEngine.Decide(BuiltInPolicies.All, recorded, Now));
    }

    private static PolicyAnswer? Answer(Policy policy, PolicyInput input) => PolicyEngine.Decide(policy, input, PolicyEngine.Bind(input), Now);

    private static Policy Of(string require) =>
        new("one", "It must hold.", PolicyScope.Everything, PolicySeverity.Block, Condition.Parse(require).Condition!, null);

    private static IEnumerable<string> Named(PolicyInput input, PolicyOutcome outcome) =>
        PolicyEngine.Decide(BuiltInPolicies.All, input, Now).Where(answer => answer.Outcome == outcome).Select(answer => answer.Policy).Order(StringComparer.Ordinal);
}
