using System.Collections.Immutable;
using Headway.Core.Releases;
using Headway.Core.Secrets;

namespace Headway.Server.Secrets;

/// <summary>
/// Gives secrets to what is about to start: by reference, within their scope, and noted in the record before they leave.
/// </summary>
public sealed class SecretHandOut(SecretStore store, SecretValues values)
{
    /// <exception cref="SecretRefusedException">A sentence for the log of the job, or for why a release does not start.</exception>
    public async Task<SecretsHanded> GiveAsync(
        ImmutableArray<SecretUse> uses, SecretReader reader, string actor, CancellationToken stop)
    {
        if (uses.IsDefaultOrEmpty) return SecretsHanded.None;
        if (WhyNot(uses, reader) is { } refused)
        {
            if (store.Find(refused.Secret) is not null)
                await store.NoteAsync([(refused.Secret, new SecretEvent.Refused(reader, refused.Says))], actor, stop);
            throw new SecretRefusedException(409, refused.Says);
        }
        var handed = ImmutableArray.CreateBuilder<SecretHanded>();
        foreach (var use in uses) handed.Add(await OneAsync(use, stop));
        if (handed.Sum(each => each.Value.Length) > SecretValue.MostBytesTogether)
            throw new SecretRefusedException(409,
                $"These secrets have more than {SecretValue.MostBytesTogether / 1024} KiB together: give fewer to one job or release.");
        await store.NoteAsync(handed.Select(each => (each.Use.Secret, (SecretEvent)new SecretEvent.Read(each.Version, reader))),
            actor, stop);
        return new(handed.ToImmutable(), values.ToMask(uses.Select(use => use.Secret)));
    }

    /// <summary>The first reference that would be refused; nothing is read for it.</summary>
    public (string Secret, string Says)? WhyNot(ImmutableArray<SecretUse> uses, SecretReader reader)
    {
        foreach (var use in uses.IsDefault ? [] : uses)
        {
            if (store.Find(use.Secret) is not { } row)
                return (use.Secret, SecretName.Unknown(use.Secret, store.All.Select(each => each.Name)));
            if (row.Scope.WhyNot(row.Name, reader) is { } says) return (use.Secret, says);
            if (row.Versions.Current is null)
                return (use.Secret, $"The secret `{row.Name}` has no current version: `headway secrets promote {row.Name}`.");
        }
        return null;
    }

    /// <summary>Looked at before a rollout opens, so that a wrong reference costs nobody anything.</summary>
    public string? WhyNotRun(Release release, string environment) => WhyNot(SecretUses.Of(release.Spec, environment),
        new SecretReader.Run(release.Service, environment, release.Id, "", ""))?.Says;

    private async Task<SecretHanded> OneAsync(SecretUse use, CancellationToken stop)
    {
        var row = store.Find(use.Secret) ?? throw new SecretRefusedException(409, $"The secret `{use.Secret}` was deleted meanwhile.");
        var kept = row.Version(row.Versions.Current)!;
        var value = await values.ReadAsync(row, kept, stop);
        return use.AsFile || SecretValue.WhyNoVariable(use.Secret, value) is not { } says ? new(use, kept.Number, value)
            : throw new SecretRefusedException(409, says);
    }
}
