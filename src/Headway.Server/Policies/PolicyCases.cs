using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Headway.Core;
using Headway.Core.Policies;
using Headway.Server.Specs;
using Headway.Server.Specs.Signals;

namespace Headway.Server.Policies;

/// <summary>One case of a policy, as it was asked for and as it came out.</summary>
/// <param name="Expected">pass, block, warn, waive, approval, or nothing (the policy is not about such a release).</param>
public sealed record PolicyCaseRan(string Policy, string Case, string Expected, string Got, string Says)
{
    public bool Passed => Expected == Got;
}

/// <summary>Runs the cases that stand beside a policy: `NAME.test.yaml` beside `NAME.yaml`. Needs no server.</summary>
public static class PolicyCases
{
    private const int Most = 500;

    private static readonly Field<string> Name = new("name", "What the case shows.", Shapes.Text("a sentence"), "", Required: true);
    private static readonly Field<string> Input = new("input", "What is different from a release with which all is well.", JsonValueShape.Any, "{}");

    private static readonly Field<string> Expect = new(
        "expect", "What comes out.", Shapes.Word("pass", "block", "warn", "waive", "approval", "nothing"), "", Required: true);

    private static readonly Field<ImmutableArray<Case>> Cases = new("cases", "The cases.", List(), [], Required: true);

    private static readonly Shape<ImmutableArray<Case>> Shape = MapShape.Of("a file of cases", [Cases], values => values.Get(Cases));

    /// <returns>Cases with their outcomes, or what is wrong with one of the two files.</returns>
    public static (ImmutableArray<PolicyCaseRan> Ran, ImmutableArray<SpecProblem> Problems) Run(
        (string Path, string Text) policy, (string Path, string Text) cases, DateTimeOffset now)
    {
        var (read, problems) = PolicyShape.Read(policy.Path, policy.Text);
        if (read is null) return ([], problems);
        if (read.Rego is not null)
            return ([], [new(policy.Path, 1, 1, "cases are asked of policies in CEL; Rego has `opa test`", "a policy with `require`", null)]);
        var mistakes = new ProblemList(cases.Path);
        if (!SpecText.IsReadable(cases.Text, mistakes) || new SpecTree(mistakes).Parse(cases.Text) is not { } root) return ([], mistakes.ToImmutable());
        var found = Shape.Read(root, mistakes);
        return !found.Ok || mistakes.Count > 0 ? ([], mistakes.ToImmutable())
            : ([.. found.Value.Select(each => Run(read, each, now))], []);
    }

    private static PolicyCaseRan Run(Policy policy, Case asked, DateTimeOffset now)
    {
        var input = Merge(JsonSerializer.SerializeToNode(PolicyInput.Sample, Wire.Json)!.AsObject(), JsonNode.Parse(asked.Input) as JsonObject ?? []);
        PolicyInput? read;
        try
        {
            read = input.Deserialize<PolicyInput>(Wire.Json);
        }
        catch (JsonException wrong)
        {
            return new(policy.Name, asked.Name, asked.Expect, "wrong input", $"{wrong.Path}: {wrong.Message}");
        }
        var answer = policy.Scope.Holds(read!) ? PolicyEngine.Decide(policy, read!, PolicyEngine.Bind(read!), now) : null;
        return new(policy.Name, asked.Name, asked.Expect, answer?.Outcome switch
        {
            PolicyOutcome.Passed or PolicyOutcome.Excepted => "pass",
            PolicyOutcome.Warned => "warn",
            PolicyOutcome.Waived => "waive",
            PolicyOutcome.Approval => "approval",
            null => "nothing",
            _ => "block",
        }, answer?.Says ?? "");
    }

    private static JsonObject Merge(JsonObject whole, JsonObject part)
    {
        foreach (var (name, value) in part)
            whole[name] = value is JsonObject inner && whole[name] is JsonObject known ? Merge(known.DeepClone().AsObject(), inner) : value?.DeepClone();
        return whole;
    }

    private static Shape<ImmutableArray<Case>> List() => Shapes.List("cases", Most,
        MapShape.Of("a case", [Name, Input, Expect], values => new Case(values.Get(Name), values.Get(Input), values.Get(Expect))));

    private sealed record Case(string Name, string Input, string Expect);
}
