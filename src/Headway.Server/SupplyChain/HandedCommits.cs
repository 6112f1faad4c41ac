using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Core.SupplyChain;
using Headway.Server.Sources;
using Headway.Server.Specs;

namespace Headway.Server.SupplyChain;

/// <summary>A commit that an artifact was built from, as the registered source has it.</summary>
public sealed record HandedCommit(Commit Commit, ServiceSpec Spec, string Branch);

/// <summary>Finds the commit of an artifact in the source of its service, and what headway.yaml says there.</summary>
public sealed class HandedCommits(
    ServiceBook services, SourceMirrors mirrors, CommitCarrying carrying, TimeProvider time)
{
    public async Task<(HandedCommit? Commit, HandoverAnswer? Problem)> FindAsync(
        HandoverRequest asked, CancellationToken stop)
    {
        if (services.Find(asked.Service) is not { } service)
            return No(404, "service", $"No service is called {asked.Service}: register its source first, with `headway up` in "
                + "its repository.");
        if (asked.Commit is not { Length: 40 or 64 } || !asked.Commit.All(char.IsAsciiHexDigitLower))
            return No(400, "commit", $"`{Short(asked.Commit)}` is no commit: its whole name is wanted, 40 hexadecimal digits.");
        var given = asked.Spec is null ? null : SpecReader.Read(service.SpecPath, asked.Spec);
        if (given is { Spec: null }) return No(422, "spec", given.Says);
        if (given?.Spec is { } other && other.Service != service.Name)
            return No(422, "spec", $"The specification is about `{other.Service}`, not about `{service.Name}`.");
        try
        {
            return await FromSourceAsync(asked, service, given?.Spec, stop);
        }
        catch (GitFailedException e) when (given?.Spec is not null)
        {
            // A source that cannot be reached from here is why a specification may be handed over at all.
            var commit = new Commit(asked.Commit, $"not looked up: {Short(e.Message)}", "", time.GetUtcNow());
            return Ruled(new(commit, given.Spec, service.Branch), given.Spec);
        }
        catch (GitFailedException e)
        {
            return No(422, "source", $"{BuildPlaces.WithoutPassword(service.Source)} cannot be read: {e.Message} Hand the "
                + "specification over with --spec FILE.");
        }
    }

    private async Task<(HandedCommit?, HandoverAnswer?)> FromSourceAsync(
        HandoverRequest asked, WatchedService service, ServiceSpec? given, CancellationToken stop)
    {
        var mirror = mirrors.Of(service.Source, service.Branch);
        var tip = "";
        var isPart = false;
        await mirror.AloneAsync(async () =>
        {
            tip = await mirror.FetchAsync(stop);
            isPart = await mirror.FollowsAsync(asked.Commit, tip, stop);
        }, stop);
        // What is released comes from the branch that is watched, whoever builds it.
        if (!isPart)
            return No(422, "branch", $"{asked.Commit} is no commit of `{service.Branch}` at "
                + $"{BuildPlaces.WithoutPassword(service.Source)}: push it first.");
        var commit = (await mirror.CommitsAsync(null, asked.Commit, stop))[^1];
        var (spec, refused) = await carrying.ReadAsync(service, mirror, asked.Commit, stop);
        if (given is null && spec is null) return No(422, "spec", refused!);
        // Who hands a specification over cannot take away what the branch asks for.
        var (newest, _) = tip == asked.Commit ? (spec, refused) : await carrying.ReadAsync(service, mirror, tip, stop);
        return Ruled(new(commit, given ?? spec!, service.Branch), given ?? spec!, spec, newest);
    }

    private static (HandedCommit?, HandoverAnswer?) Ruled(HandedCommit commit, params ServiceSpec?[] specs)
    {
        if (specs.Any(spec => spec?.Supply?.Builds is BuildsWhere.Here))
            return No(409, "supply.builds", $"{commit.Spec.Service} takes only what Headway builds "
                + "(`supply: { builds: here }` in headway.yaml).");
        var needed = specs.Any(spec => spec?.Supply?.ProvenanceRequired == true);
        return (needed && commit.Spec.Supply?.ProvenanceRequired != true
            ? commit with
            {
                Spec = commit.Spec with
                {
                    Supply = (commit.Spec.Supply ?? SupplyRules.None) with { ProvenanceRequired = true },
                },
            }
            : commit, null);
    }

    private static (HandedCommit?, HandoverAnswer?) No(int status, string rule, string says) =>
        (null, HandoverAnswer.No(status, rule, says));

    private static string Short(string? text) => text is { Length: > 100 } ? text[..100] : text ?? "";
}
