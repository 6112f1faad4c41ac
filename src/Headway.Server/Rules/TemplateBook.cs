using System.Collections.Immutable;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Server.Specs;
using Headway.Server.Specs.Templates;
using Headway.Server.Storage;

namespace Headway.Server.Rules;

/// <param name="Removed">Why it can no longer be used, or null.</param>
public sealed record TemplateView(
    string Name, string Version, string Says, string Digest, DateTimeOffset AddedAt, string By, string? Removed)
{
    /// <summary>Left out of lists.</summary>
    public string? Text { get; init; }
}

/// <summary>What came of adding a template: it, or what is wrong, or the rule that refuses.</summary>
public sealed record TemplateAnswer(TemplateView? Template, ImmutableArray<SpecProblem> Problems, Refusal? Refusal);

/// <summary>Templates of jobs, as their streams tell. A version never changes, also not after it was removed.</summary>
public sealed class TemplateBook(IEventStore store) : IDisposable
{
    private const string Prefix = "template/";
    private const int Most = 2000;
    private readonly SemaphoreSlim _alone = new(1);
    private ImmutableList<TemplateView> _all = [];
    private ImmutableDictionary<string, long> _versions = ImmutableDictionary<string, long>.Empty;

    /// <summary>What a headway.yaml may use now.</summary>
    public KnownTemplates Known { get; private set; } = KnownTemplates.None;

    /// <summary>By name, the newest version first.</summary>
    public IEnumerable<TemplateView> All => _all.OrderBy(each => each.Name, StringComparer.Ordinal)
        .ThenByDescending(each => each.Version, Comparer<string>.Create(TemplateName.Order));

    public TemplateView? Find(string name, string version) =>
        All.FirstOrDefault(each => each.Name == name && each.Removed is null && TemplateName.Means(version, each.Version));

    public async Task LoadAsync(CancellationToken stop)
    {
        foreach (var head in await store.ReadHeadsAsync(Prefix, stop))
            Fold(head.Stream[Prefix.Length..], await store.LoadAsync<TemplateEvent>(head.Stream, stop));
        Refresh();
    }

    public async Task<TemplateAnswer> AddAsync(string fileName, string text, string actor, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            var (_, added, problems) = Known.With(fileName, text);
            if (added is null) return new(null, problems, null);
            var there = _all.Find(each => each.Name == added.Name && each.Version == added.Version);
            if (there is { Removed: null } && there.Digest == added.Digest) return new(there, [], null);
            if (there is not null)
                return Refused("immutable", $"{added.Name}@{added.Version} is there already"
                    + $"{(there.Removed is null ? "" : " and was removed")}, and a version never changes: "
                    + "give the template a higher version.");
            if (_all.Count >= Most) return Refused("limit", $"There are {Most} templates already: that is the limit.");
            await AppendAsync(added.Name, added, actor, stop);
            return new(Find(added.Name, added.Version), [], null);
        }
        finally
        {
            _alone.Release();
        }
    }

    /// <summary>False when there is no such version.</summary>
    public async Task<bool> RemoveAsync(string name, string version, string why, string actor, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try
        {
            if (_all.Find(each => each.Name == name && each.Version == version) is not { Removed: null }) return false;
            await AppendAsync(name, new TemplateEvent.Removed(name, version, why), actor, stop);
            return true;
        }
        finally
        {
            _alone.Release();
        }
    }

    public void Dispose() => _alone.Dispose();

    private async Task AppendAsync(string name, TemplateEvent happened, string actor, CancellationToken stop)
    {
        Fold(name, await store.AppendAsync<TemplateEvent>(
            Prefix + name, _versions.GetValueOrDefault(name), actor, [happened], stop));
        Refresh();
    }

    private void Fold(string name, IEnumerable<Recorded<TemplateEvent>> events)
    {
        foreach (var recorded in events)
        {
            _all = recorded.Event switch
            {
                TemplateEvent.Added e => _all.Add(new(
                    e.Name, e.Version, e.Says, e.Digest, recorded.At, recorded.Actor, null) { Text = e.Text }),
                TemplateEvent.Removed e when _all.Find(each => each.Name == e.Name && each.Version == e.Version) is { } there
                    => _all.Replace(there, there with { Removed = e.Why }),
                _ => _all,
            };
            _versions = _versions.SetItem(name, recorded.Version);
        }
    }

    private void Refresh() => Known = KnownTemplates.Of(_all.Where(each => each.Removed is null).Select(each => each.Text!));

    private static TemplateAnswer Refused(string rule, string says) => new(null, [], new(rule, says));
}
