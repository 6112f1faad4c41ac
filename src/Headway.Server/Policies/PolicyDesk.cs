using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Delivery;
using Headway.Core.Pipelines;
using Headway.Core.Policies;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Core.Waiting;
using Headway.Server.Journal;
using Headway.Server.Storage;

namespace Headway.Server.Policies;

/// <summary>Asks policies about releases, records what they say when it changes, and keeps out what they block.</summary>
public sealed class PolicyDesk(PolicyRules rules, PolicyInputs inputs, Ledger ledger, IEventStore store, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (string Digest, long Version)> _recorded = new();

    public async Task<Wait?> GateAsync(Release release, string environment, CancellationToken stop)
    {
        var (input, answers) = await AskAsync(release, environment, stop);
        await RecordAsync($"policy/{release.Service}/{environment}", PolicyPoint.Promotion, (input, answers), stop);
        var blocks = answers.Where(answer => answer.Blocks).ToImmutableArray();
        if (blocks.IsEmpty || ledger.Approvals($"{release.Service}/{environment}").GlassOf(release.Id, time.GetUtcNow()) is not null) return null;
        return new(WaitKind.Policy, $"{release.Service}/{environment}", Sentence(blocks),
            $"A release that keeps it, an exception in the policy, or `headway break-glass {release.Service} --environment {environment}`; "
                + $"`headway policy explain {release.Service} --environment {environment}` shows what it looked at.", null, null);
    }

    public async Task<(PolicyInput Input, ImmutableArray<PolicyAnswer> Answers)> AskAsync(Release release, string environment, CancellationToken stop)
    {
        var input = await inputs.OfAsync(release, environment, stop);
        return (input, await DecideAsync(input, stop, PolicyPoint.Promotion, PolicyPoint.Plan));
    }

    /// <summary>Why a commit is not built, or null.</summary>
    public async Task<string?> CommitAsync(ServiceSpec spec, Commit commit, ImmutableArray<string>? changed, CancellationToken stop)
    {
        var input = inputs.Of(spec, commit, changed);
        var answers = await DecideAsync(input, stop, PolicyPoint.Commit);
        await RecordAsync($"policy/{spec.Service}/commit", PolicyPoint.Commit, (input, answers), stop);
        var blocks = answers.Where(answer => answer.Blocks).ToImmutableArray();
        return blocks.IsEmpty ? null : Sentence(blocks);
    }

    /// <summary>Why what a run has made is no release, or null.</summary>
    public async Task<string?> ReleaseAsync(Release release, RunState run, CancellationToken stop)
    {
        var input = inputs.Of(release, run);
        var answers = await DecideAsync(input, stop, PolicyPoint.Release);
        await RecordAsync($"policy/{release.Service}/release", PolicyPoint.Release, (input, answers), stop);
        var blocks = answers.Where(answer => answer.Blocks).ToImmutableArray();
        return blocks.IsEmpty ? null : Sentence(blocks);
    }

    /// <summary>What is wrong with what users have. Nothing is taken back for it: the release before may be worse.</summary>
    public async Task<ImmutableArray<PolicyAnswer>> LookAsync(Release release, string environment, CancellationToken stop)
    {
        if (!rules.All.Any(policy => policy.Off is null && policy.IsAskedAt(PolicyPoint.Runtime))) return [];
        var input = await inputs.OfAsync(release, environment, stop);
        var answers = await DecideAsync(input, stop, PolicyPoint.Runtime);
        await RecordAsync($"policy/{release.Service}/{environment}/runtime", PolicyPoint.Runtime, (input, answers), stop);
        return [.. answers.Where(answer => answer.Outcome is not (PolicyOutcome.Passed or PolicyOutcome.Excepted))];
    }

    /// <summary>What is said of approvals alone, for whoever asks for them; answers from memory. A demand is stronger than a waiver.</summary>
    public ApprovalNeed? Approvals(Release release, string environment)
    {
        var said = rules.All.Where(policy => policy.Approval is not ApprovalPart.None).ToList();
        if (said.Count == 0) return null;
        var answers = PolicyEngine.Decide(said, inputs.Of(release, environment), time.GetUtcNow());
        var answer = answers.FirstOrDefault(each => each.Outcome is PolicyOutcome.Approval)
            ?? answers.FirstOrDefault(each => each.Outcome is PolicyOutcome.Waived);
        return answer is null ? null : new(answer.Outcome is PolicyOutcome.Waived, answer.Outcome is PolicyOutcome.Approval,
            $"{answer.Says} (policy `{answer.Policy}`)");
    }

    private Task<ImmutableArray<PolicyAnswer>> DecideAsync(PolicyInput input, CancellationToken stop, params ReadOnlySpan<PolicyPoint> points)
    {
        var asked = ImmutableArray.CreateBuilder<Policy>();
        foreach (var policy in rules.All)
            if (policy.IsAskedAt(points)) asked.Add(policy);
        return rules.DecideAsync(asked.ToImmutable(), input, time.GetUtcNow(), stop);
    }

    private static string Sentence(ImmutableArray<PolicyAnswer> blocks) =>
        string.Join(" ", blocks.Select(answer => $"Policy `{answer.Policy}`: {answer.Says}"));

    /// <summary>Once for each release and answer; a rollback is never asked about, so nothing waits for the record.</summary>
    private async Task RecordAsync(
        string stream, PolicyPoint point, (PolicyInput Input, ImmutableArray<PolicyAnswer> Answers) asked, CancellationToken stop)
    {
        if (asked.Answers.IsEmpty) return;
        var about = point is PolicyPoint.Commit ? asked.Input.Commit.Sha : asked.Input.Release.Id;
        var digest = Digest(about, asked.Answers);
        var known = _recorded.GetValueOrDefault(stream);
        if (known.Digest == digest) return;
        if (known.Digest is null)
        {
            var before = await store.LoadAsync<PolicyEvent>(stream, stop);
            known = before is [.., { Event: PolicyEvent.Decided last } newest]
                ? (Digest(last.Release, last.Answers), newest.Version) : ("", 0);
            _recorded[stream] = known;
            if (known.Digest == digest) return;
        }
        var decided = new PolicyEvent.Decided(about, DigestOf(asked.Input), asked.Input, asked.Answers, time.GetUtcNow()) { Point = point };
        await store.AppendAsync<PolicyEvent>(stream, known.Version, "headway", [decided], stop);
        _recorded[stream] = (digest, known.Version + 1);
    }

    private static string Digest(string about, ImmutableArray<PolicyAnswer> answers) =>
        $"{about}|{string.Join('|', answers.Select(answer => $"{answer.Policy}={answer.Outcome}:{answer.Says}"))}";

    private static string DigestOf(PolicyInput input) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(input, Wire.Json)));
}
