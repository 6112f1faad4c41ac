using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Delivery;
using Headway.Core.Policies;
using Headway.Core.Releases;
using Headway.Core.Waiting;
using Headway.Server.Journal;
using Headway.Server.Storage;

namespace Headway.Server.Policies;

/// <summary>Asks policies about releases, records what they say when it changes, and keeps out what they block.</summary>
public sealed class PolicyDesk(PolicyFiles files, PolicyInputs inputs, Ledger ledger, IEventStore store, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (string Digest, long Version)> _recorded = new();

    public async Task<Wait?> GateAsync(Release release, string environment, CancellationToken stop)
    {
        var (input, answers) = await AskAsync(release, environment, stop);
        await RecordAsync(release, environment, (input, answers), stop);
        var blocks = answers.Where(answer => answer.Blocks).ToImmutableArray();
        if (blocks.IsEmpty || ledger.Approvals($"{release.Service}/{environment}").GlassOf(release.Id, time.GetUtcNow()) is not null) return null;
        var says = string.Join(" ", blocks.Select(answer => $"Policy `{answer.Policy}`: {answer.Says}"));
        return new(WaitKind.Policy, $"{release.Service}/{environment}", says,
            $"A release that keeps it, an exception in the policy, or `headway break-glass {release.Service} --environment {environment}`; "
                + $"`headway policy explain {release.Service} --environment {environment}` shows what it looked at.", null, null);
    }

    public async Task<(PolicyInput Input, ImmutableArray<PolicyAnswer> Answers)> AskAsync(Release release, string environment, CancellationToken stop)
    {
        var input = await inputs.OfAsync(release, environment, stop);
        return (input, PolicyEngine.Decide(files.All, input, time.GetUtcNow()));
    }

    /// <summary>The waivers alone, for whoever asks for approvals; answers from memory.</summary>
    public ApprovalNeed? Approvals(Release release, string environment)
    {
        var waivers = files.All.Where(policy => policy.Waives).ToList();
        if (waivers.Count == 0) return null;
        return PolicyEngine.Decide(waivers, inputs.Of(release, environment), time.GetUtcNow()).FirstOrDefault() is { } waived
            ? new(Waived: true, Required: false, $"{waived.Says} (policy `{waived.Policy}`)") : null;
    }

    /// <summary>Once for each release and answer; a rollback is never asked about, so nothing waits for the record.</summary>
    private async Task RecordAsync(
        Release release, string environment, (PolicyInput Input, ImmutableArray<PolicyAnswer> Answers) asked, CancellationToken stop)
    {
        var stream = $"policy/{release.Service}/{environment}";
        var digest = Digest(release, asked.Answers);
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
        var decided = new PolicyEvent.Decided(release.Id, DigestOf(asked.Input), asked.Input, asked.Answers, time.GetUtcNow());
        await store.AppendAsync<PolicyEvent>(stream, known.Version, "headway", [decided], stop);
        _recorded[stream] = (digest, known.Version + 1);
    }

    private static string Digest(Release release, ImmutableArray<PolicyAnswer> answers) => Digest(release.Id, answers);

    private static string Digest(string release, ImmutableArray<PolicyAnswer> answers) =>
        $"{release}|{string.Join('|', answers.Select(answer => $"{answer.Policy}={answer.Outcome}:{answer.Says}"))}";

    private static string DigestOf(PolicyInput input) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(input, Wire.Json)));
}
