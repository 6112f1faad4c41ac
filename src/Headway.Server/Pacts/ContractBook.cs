using System.Collections.Immutable;
using Headway.Core.Pacts;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Waiting;
using Headway.Server.Journal;
using Headway.Server.Storage;

namespace Headway.Server.Pacts;

/// <summary>
/// What releases expect of each other, and what of it was verified. All of it is in what their runs kept, and in what was
/// added to them since.
/// </summary>
public sealed class ContractBook(Ledger ledger, PactReadings readings, IEventStore store)
{
    /// <summary>Whether a release may run beside what runs in an environment now.</summary>
    public async Task<ContractDecision> DecideAsync(Release release, string environment, CancellationToken stop)
    {
        var others = ImmutableArray.CreateBuilder<ContractSide>();
        foreach (var other in ledger.Services.Where(service => service.Name != release.Service))
            if (ledger.Lane(other.Name, environment).Current is { } current && ledger.Release(current) is { } running)
                others.Add(await SideAsync(running, stop));
        var rule = release.Spec.Environments.FirstOrDefault(each => each.Name == environment)?.Contracts ?? ContractRule.Known;
        return ContractGate.Decide(rule, environment, await SideAsync(release, stop), others.ToImmutable());
    }

    /// <summary>The gate before every promotion.</summary>
    public async Task<Wait?> GateAsync(Release release, string environment, CancellationToken stop)
    {
        var decision = await DecideAsync(release, environment, stop);
        return !decision.Blocks ? null : new(WaitKind.Gate, $"{release.Service}/{environment}", decision.Says,
            $"A run of the provider that verifies it, or `headway contracts add`; see `headway contracts can-i-deploy "
            + $"{release.Service} {release.Id} --to {environment}`.", null, null);
    }

    /// <summary>
    /// Contracts that a provider has to be verified against: those of the consumers' releases that run somewhere, and of
    /// their newest ones.
    /// </summary>
    public async Task<ImmutableArray<PactToVerify>> OfConsumersAsync(string provider, CancellationToken stop)
    {
        var found = new Dictionary<(string, string), PactToVerify>();
        foreach (var consumer in ledger.Services.Where(service => service.Name != provider))
        {
            var places = consumer.Environments.Select(environment => environment.Name)
                .Select(name => (Environment: (string?)name, Release: ledger.Lane(consumer.Name, name).Current))
                .Append((null, consumer.Newest?.Id)).Where(place => place.Release is not null);
            foreach (var (environment, id) in places)
                if (ledger.Release(id!) is { } release)
                    foreach (var (digest, file) in await FilesAsync(release, stop))
                        if (file.Pact is { } pact && Pact.IsSameName(file.Provider!, provider))
                        {
                            var before = found.GetValueOrDefault((consumer.Name, digest))
                                ?? new(consumer.Name, release.Id, digest, [], pact);
                            found[(consumer.Name, digest)] = environment is null ? before : before with
                            {
                                Environments = [.. before.Environments.Append(environment).Distinct()],
                            };
                        }
        }
        return [.. found.Values.OrderBy(each => each.Consumer, StringComparer.Ordinal).ThenBy(each => each.Digest, StringComparer.Ordinal)];
    }

    public async Task<ContractSide> SideAsync(Release release, CancellationToken stop)
    {
        var files = await FilesAsync(release, stop);
        return new(release.Service, release.Id,
            [.. files.Where(file => file.File.Pact is not null).Select(file => new ContractKnown(file.File.Provider!, file.Digest))],
            [.. files.SelectMany(file => file.File.Verification?.Pacts ?? [])]);
    }

    private async Task<ImmutableArray<(string Digest, PactFile File)>> FilesAsync(Release release, CancellationToken stop)
    {
        var run = ledger.Run($"{release.Service}-{release.Number}");
        var added = await store.LoadAsync<PactEvent>(PactEvent.StreamOf(release.Service), stop);
        var results = (run?.Jobs ?? []).SelectMany(job => job.Results).Where(result => result.Kind is ResultKind.Contracts)
            .Concat(added.Select(each => each.Event).OfType<PactEvent.ResultAdded>()
                .Where(each => each.Release == release.Id).Select(each => each.Result));
        var files = ImmutableArray.CreateBuilder<(string, PactFile)>();
        foreach (var result in results) files.Add((result.Digest, await readings.OfAsync(result.Digest, stop)));
        return files.ToImmutable();
    }
}
