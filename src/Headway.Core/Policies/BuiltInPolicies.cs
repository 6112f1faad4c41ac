using System.Collections.Immutable;
using Headway.Core.Conditions;

namespace Headway.Core.Policies;

/// <summary>
/// What holds when nobody writes anything. A file of the same name in the state repo takes the place of one; what a plain new
/// service cannot have yet only warns, unless the service says that it is critical.
/// </summary>
public static class BuiltInPolicies
{
    public static readonly ImmutableArray<Policy> All =
    [
        Of("signed", "The artifact is signed by Headway, or by somebody who is trusted.", "release.signed", PolicySeverity.Block),
        Of("tests", "The release was built by a run whose jobs left reports of tests.", "checks.testReports > 0", PolicySeverity.Warn),
        Of("findings", "No scan has found anything critical that is open.", "findings.critical == 0", PolicySeverity.Block,
            "${findings.critical} critical findings are open: `headway scans ${service.name}` shows them.") with
        {
            At = [PolicyPoint.Promotion, PolicyPoint.Runtime],
        },
        Of("objectives", "The service says what users are promised.", "objectives.availability != null", PolicySeverity.BlockCritical,
            "${service.name} promises nothing: `objectives: { availability: 99.9% }` in headway.yaml."),
        Of("telemetry", "The service says that it sends telemetry, so that people can see what it does.", "telemetry.declared", PolicySeverity.Warn,
            "${service.name} does not say that it sends telemetry: `evidence: { telemetry: { telemetry: expected } }` in headway.yaml."),
        Of("gradual", "In the last environment some users meet a release before all do.", "!environment.isLast || plan.gradual || lane.current == null",
            PolicySeverity.BlockCritical, "All users of ${service.name} would meet ${release.id} at once: `canary: [5%, 25%, 50%]` in headway.yaml."),
        Of("readiness", "Somebody looks at each release of a critical service that has no tests or is not seen.",
            "service.tier == 'critical' && environment.isLast && lane.current != null && !(readiness.tests && readiness.telemetry)",
            PolicySeverity.Block, "${service.name} is not ready to go out by itself: ${readiness.tests ? '' : 'no tests that pass consistently'}"
                + "${readiness.tests || readiness.telemetry ? '' : ', and '}${readiness.telemetry ? '' : 'no telemetry'} (`headway readiness ${service.name}`).") with
        {
            Approval = ApprovalPart.Required,
        },
    ];

    private static Policy Of(string name, string says, string require, PolicySeverity severity, string? message = null) =>
        new(name, says, PolicyScope.Everything, severity, Condition.Parse(require).Condition!, message);
}
