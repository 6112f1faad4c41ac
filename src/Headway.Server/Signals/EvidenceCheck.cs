using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Server.Journal;
using Headway.Server.Specs;

namespace Headway.Server.Signals;

/// <summary>
/// Asks every source of a headway.yaml now, as a rollout would, and tells what came: for a person, before a rollout
/// depends on it.
/// </summary>
public sealed class EvidenceCheck(Ledger ledger, SignalReaders readers, TimeProvider time)
{
    private static readonly TimeSpan Back = TimeSpan.FromMinutes(5);

    public async Task<EvidenceChecked> CheckAsync(EvidenceWanted wanted, CancellationToken stop)
    {
        var reading = SpecReader.Read(wanted.File ?? "headway.yaml", wanted.Yaml);
        if (reading.Spec is not { } spec) return new("", "", "", "", null, reading.Problems, []);
        var environment = wanted.Environment ?? spec.Environments[^1].Name;
        var (stable, candidate, remark) = Releases(spec, environment);
        var now = time.GetUtcNow();
        var looks = await Task.WhenAll(spec.Evidence.Where(s => s.IsFor(environment)).Select(signal => LookAsync(
            new($"{spec.Service}/{environment}", signal, stable, candidate, now) { Began = now - Back }, stop)));
        return new(spec.Service, environment, stable.Id, candidate.Id, remark, [], [.. looks]);
    }

    private async Task<SignalLook> LookAsync(SignalQuestion question, CancellationToken stop)
    {
        var signal = question.Signal;
        if (readers.Of(signal.Source) is not { } reader)
            return new(signal.Name, null, null, null,
                "Nodes look at this during a rollout; `headway probe run` tries it now.", []);
        var reading = await SignalPolling.ReadAsync(reader, question, stop);
        return new(signal.Name, reading.Stable, reading.Candidate, reading.Problem, reading.Remark, reading.Lookups);
    }

    /// <summary>What is out is stable; what is tried, or was built last, is the candidate.</summary>
    private (Release Stable, Release Candidate, string? Remark) Releases(ServiceSpec spec, string environment)
    {
        var lane = ledger.Lane(spec.Service, environment);
        var newest = ledger.Releases.FirstOrDefault(release => release.Service == spec.Service);
        var stable = lane.Current is { } current ? ledger.Release(current) : null;
        var open = lane.Open is { } id && ledger.Rollout(id) is { } rollout ? ledger.Release(rollout.Candidate) : null;
        if ((stable ?? newest) is not { } known)
        {
            var made = new Release($"{spec.Service}-0-0000000", spec.Service, 0,
                new(new('0', 40), "", "", time.GetUtcNow()), "", null, spec, time.GetUtcNow());
            return (made, made, $"No release of {spec.Service} is known here, so it was asked about {made.Id}, of which "
                + "nobody has seen anything.");
        }
        var candidate = open ?? newest ?? known;
        return (known, candidate, known.Id == candidate.Id
            ? $"Only one release is there, so both sides are {known.Id}." : null);
    }
}

/// <param name="File">Its name, for the places of mistakes.</param>
/// <param name="Environment">Null for the last one.</param>
public sealed record EvidenceWanted(string Yaml, string? File, string? Environment);

/// <param name="Problems">Why headway.yaml is wrong; then nothing was asked.</param>
public sealed record EvidenceChecked(
    string Service, string Environment, string Stable, string Candidate, string? Remark,
    ImmutableArray<SpecProblem> Problems, ImmutableArray<SignalLook> Signals);

/// <param name="Problem">Why the source could not be asked, or null.</param>
public sealed record SignalLook(
    string Name, SideReading? Stable, SideReading? Candidate, string? Problem, string? Remark,
    ImmutableArray<Lookup> Lookups);
