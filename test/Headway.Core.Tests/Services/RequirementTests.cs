using Headway.Core.Evidence;
using Headway.Core.Pipelines;
using Headway.Core.Services;
using Headway.Core.Tests.Pipelines;
using Xunit;

namespace Headway.Core.Tests.Services;

public sealed class RequirementTests
{
    private static readonly DateOnly Today = new(2030, 1, 1);
    private static readonly Requirement None = new("basics", [], null, null);

    private static string Missing(Requirement requirement, ServiceSpec spec) =>
        string.Join('\n', Requirement.MissingIn(spec, [requirement], Today));

    [Fact]
    public void A_promise_has_to_be_made_and_to_be_high_enough()
    {
        var requirement = None with { Availability = 0.99 };
        var spec = RunStory.Spec();
        Assert.Equal("Requirement basics: no availability is promised and at least 99% is required. "
            + "Write `objectives: { availability: 99% }`.", Missing(requirement, spec));
        Assert.Contains("98.5% is promised", Missing(requirement, spec with { Objectives = new(0.985, null, null, null) }));
        Assert.Empty(Missing(requirement, spec with { Objectives = new(0.99, null, null, null) }));
    }

    [Fact]
    public void Telemetry_has_to_be_expected()
    {
        var requirement = None with { Telemetry = true };
        Assert.Contains("evidence: { telemetry: expected }", Missing(requirement, RunStory.Spec()));
        Assert.NotEmpty(Missing(requirement, RunStory.Spec() with { Evidence = [SignalSpec.TelemetryAsBefore] }));
        Assert.Empty(Missing(requirement, RunStory.Spec() with
        {
            Evidence = [SignalSpec.TelemetryAsBefore with { Source = new SignalSource.Telemetry(IsRequired: true) }],
        }));
    }

    [Fact]
    public void A_required_job_has_to_be_there_and_may_not_be_skipped()
    {
        var requirement = None with { Jobs = ["scan"], Templates = ["org-scan@1"] };
        var scan = RunStory.Job("scan") with { Template = "org-scan@1.4.0" };
        Assert.Equal(2, Missing(requirement, RunStory.Spec(RunStory.Job("test"))).Split('\n').Length);
        Assert.Empty(Missing(requirement, RunStory.Spec(scan)));
        Assert.Contains("may be skipped", Missing(requirement, RunStory.Spec(scan with { When = "false" })));
        Assert.Contains("may be skipped", Missing(requirement, RunStory.Spec(scan with { Paths = ["never"] })));
        Assert.Contains("org-scan@1 is required", Missing(requirement, RunStory.Spec(scan with { Template = "org-scan@2.0.0" })));
    }

    [Fact]
    public void It_is_for_the_services_that_it_names()
    {
        var requirement = None with { Availability = 0.9, Services = ["cart", "pay-*"] };
        Assert.Empty(Missing(requirement, RunStory.Spec()));
        Assert.NotEmpty(Missing(requirement, RunStory.Spec() with { Service = "pay-card" }));
    }

    [Fact]
    public void Until_its_day_it_only_warns()
    {
        var requirement = None with { Availability = 0.9, From = Today.AddDays(1), Why = "Users count on us." };
        var missing = Assert.Single(Requirement.MissingIn(RunStory.Spec(), [requirement], Today));
        Assert.Equal(Today.AddDays(1), missing.RefusedFrom);
        Assert.EndsWith("Why: Users count on us. Refused from 2030-01-02 on.", missing.ToString());
        Assert.Null(Assert.Single(Requirement.MissingIn(RunStory.Spec(), [requirement], Today.AddDays(1))).RefusedFrom);
    }

    [Theory]
    [InlineData("x@2.1.0", "x@2", true)]
    [InlineData("x@2.1.0", "x@2.1", true)]
    [InlineData("x@2.1.0", "x@2.1.0", true)]
    [InlineData("x@2.1.0", "x@21", false)]
    [InlineData("x@2.1.0", "y@2", false)]
    public void A_pinned_version_means_those_that_begin_with_it(string used, string asked, bool means) =>
        Assert.Equal(means, TemplateName.IsOf(used, asked));
}
