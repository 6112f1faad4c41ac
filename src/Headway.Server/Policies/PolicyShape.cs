using System.Collections.Immutable;
using System.Globalization;
using Headway.Core.Conditions;
using Headway.Core.Policies;
using Headway.Server.Specs;

namespace Headway.Server.Policies;

/// <summary>A policy: `policies/NAME.yaml` of the state repo.</summary>
internal static class PolicyShape
{
    private const int Most = 100;
    private static readonly Shape<string> Text = Shapes.Text("text");
    private static readonly Field<string> Says = new("says", "What it asks for, in one sentence.", Text, "", Required: true);
    private static readonly Field<ImmutableArray<string>> Services = new("services", "Names or patterns; all when not written.", Shapes.List("services", Most, Text), []);
    private static readonly Field<ImmutableArray<string>> Environments = new("environments", "The same.", Shapes.List("environments", Most, Text), []);
    private static readonly Field<ImmutableArray<string>> Tiers = new("tiers", "critical, standard or low; all when not written.", Shapes.List("tiers", 3, Shapes.Word("critical", "standard", "low")), []);
    private static readonly Field<ImmutableArray<string>> Owners = new("owners", "Names or patterns of owners.", Shapes.List("owners", Most, Text), []);

    private static readonly Field<PolicySeverity> Severity = new(
        "severity", "block (default): the release waits. warn: it is said. block critical: critical services wait, others are told.",
        Shapes.Word("block", "warn", "block critical").Select(word => word switch
        {
            "warn" => PolicySeverity.Warn,
            "block critical" => PolicySeverity.BlockCritical,
            _ => PolicySeverity.Block,
        }), PolicySeverity.Block);

    private static readonly Field<ImmutableArray<PolicyPoint>> At = new(
        "at", "Where it is asked; promotion when not written.", Shapes.List("at", 5, Shapes.Word("commit", "release", "promotion", "plan", "runtime").Select(word => word switch
        {
            "commit" => PolicyPoint.Commit,
            "release" => PolicyPoint.Release,
            "plan" => PolicyPoint.Plan,
            "runtime" => PolicyPoint.Runtime,
            _ => PolicyPoint.Promotion,
        })), [PolicyPoint.Promotion]);

    private static readonly Field<string> Connection = new("connection", "Of kind opa: `headway connections add`.", Text, "", Required: true);
    private static readonly Field<string> Rule = new("rule", "Its path, such as `headway/deny`.", Text, "", Required: true);

    private static readonly Field<Condition?> Require = new("require", "A condition in CEL that must hold.", Expression(), null);
    private static readonly Field<Condition?> Waive = new("waiveApproval", "A condition in CEL: where it holds, no approval is needed.", Expression(), null);
    private static readonly Field<Condition?> Demand = new(
        "requireApproval", "A condition in CEL: where it holds, somebody has to approve.", Expression(), null);

    private static readonly Field<RegoRule?> Opa = new(
        "opa", "A rule in Rego, asked of an Open Policy Agent.", MapShape.Of("a rule in Rego", [Connection, Rule], values =>
            new RegoRule(values.Get(Connection), values.Get(Rule).Trim('/'))).Select(rule => (RegoRule?)rule), null);

    private static readonly Field<string?> Message = new("message", "Said when it does not hold; `${...}` are conditions.", Text.Select(text => (string?)text), null);
    private static readonly Field<string?> Off = new("off", "Why the built-in policy of this name is switched off.", Text.Select(text => (string?)text), null);
    private static readonly Field<string?> Release = new("release", "Only this one.", Text.Select(text => (string?)text), null);
    private static readonly Field<string> Why = new("why", "Why they are let past.", Text, "", Required: true);
    private static readonly Field<DateTimeOffset?> Until = new("until", "The last day.", Day(), null, Required: true);

    private static readonly Field<ImmutableArray<PolicyException>> Exceptions = new(
        "exceptions", "Who is let past it, until when and why.",
        Shapes.List("exceptions", Most, MapShape.Of("an exception", [Services, Environments, Owners, Release, Why, Until], values => new PolicyException(
            new(values.Get(Services), values.Get(Environments), [], values.Get(Owners)), values.Get(Release), values.Get(Why),
            values.Get(Until) ?? default))), []);

    private static readonly Shape<Policy> Shape = MapShape.Of(
        "a policy", [Says, Services, Environments, Tiers, Owners, Severity, At, Require, Waive, Demand, Opa, Message, Off, Exceptions], values =>
        {
            CheckParts(values);
            CheckPoints(values);
            var (waive, demand) = (values.Get(Waive), values.Get(Demand));
            return new Policy("", values.Get(Says), new(values.Get(Services), values.Get(Environments), values.Get(Tiers), values.Get(Owners)),
                values.Get(Severity), values.Get(Require) ?? waive ?? demand ?? Condition.Parse("true").Condition!, values.Get(Message))
            {
                Exceptions = values.Get(Exceptions), Off = values.Get(Off), At = values.Get(At), Rego = values.Get(Opa),
                Approval = waive is not null ? ApprovalPart.Waived : demand is not null ? ApprovalPart.Required : ApprovalPart.None,
            };
        });

    /// <summary>A policy says one thing.</summary>
    private static void CheckParts(MapValues values)
    {
        var says = new[] { values.Has(Require), values.Has(Waive), values.Has(Demand), values.Has(Opa) }.Count(each => each);
        if (says == 0 && !values.Has(Off))
            values.ProblemAt(values.At, "this asks for nothing", "`require: release.signed`, `waiveApproval: ...`, `requireApproval: ...`, `opa: ...` or `off: why`");
        if (says > 1)
            values.ProblemAt(values.At, "this is more than one policy", "one of `require`, `waiveApproval`, `requireApproval` and `opa`");
    }

    /// <summary>What is not known yet where a policy is asked is found when it is read.</summary>
    private static void CheckPoints(MapValues values)
    {
        if (values.Has(At) && (values.Has(Waive) || values.Has(Demand)))
            values.Problem(At, "approvals are asked for before a promotion only", "no `at:`");
        foreach (var point in values.Get(At))
        {
            var wrong = values.Get(Require)?.Check(PolicyPoints.Variables(point)) ?? [];
            if (!wrong.IsEmpty)
                values.Problem(Require, $"at {point.ToString().ToLowerInvariant()} this is not known yet: {wrong[0].Says}",
                    "a condition about " + string.Join(", ", PolicyPoints.Variables(point).Order(StringComparer.Ordinal).Select(name => $"`{name}`")));
        }
    }

    public static (Policy? Read, ImmutableArray<SpecProblem> Problems) Read(string path, string text)
    {
        var problems = new ProblemList(path);
        if (!SpecText.IsReadable(text, problems) || new SpecTree(problems).Parse(text) is not { } root) return (null, problems.ToImmutable());
        var read = Shape.Read(root, problems);
        return read.Ok && problems.Count == 0
            ? (read.Value with { Name = Path.GetFileNameWithoutExtension(path), From = path }, []) : (null, problems.ToImmutable());
    }

    private static Shape<Condition?> Expression() => new(Text.Schema, (node, problems) =>
    {
        var read = Text.Read(node, problems);
        if (!read.Ok) return default;
        var (condition, error) = Condition.Parse(read.Value) is var reading ? (reading.Condition, reading.Error) : default;
        var wrong = error ?? condition!.Check(PolicyFields.Variables, PolicyFields.All).Select(each => (ConditionError?)each).FirstOrDefault();
        if (wrong is null) return Found.It<Condition?>(condition);
        problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}`: {wrong.Says} (at {wrong.Line}:{wrong.Column})",
            "a condition about " + string.Join(", ", PolicyFields.Variables.Order(StringComparer.Ordinal).Select(name => $"`{name}`")));
        return default;
    });

    private static Shape<DateTimeOffset?> Day() => new(Text.Schema, (node, problems) =>
    {
        if (node is SpecNode.Scalar scalar && DateOnly.TryParseExact(scalar.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return Found.It<DateTimeOffset?>(new(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero));
        problems.Add(node.At, $"{node.Kind} is no day", "a day such as `2026-12-01`");
        return default;
    });
}
