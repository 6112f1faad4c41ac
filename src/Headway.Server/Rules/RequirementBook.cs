using System.Collections.Immutable;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Server.Specs;
using Headway.Server.Storage;

namespace Headway.Server.Rules;

/// <summary>What is required of every service, as it was set last.</summary>
public sealed class RequirementBook(IEventStore store, TimeProvider time) : IDisposable
{
    private const string Stream = "requirements/all";
    private readonly SemaphoreSlim _alone = new(1);
    private long _version;

    public string Text { get; private set; } = "";

    public ImmutableArray<Requirement> All { get; private set; } = [];

    public async Task LoadAsync(CancellationToken stop)
    {
        foreach (var recorded in await store.LoadAsync<RequirementEvent>(Stream, stop)) Fold(recorded);
    }

    /// <summary>What is wrong with the text; then nothing was set. An empty text requires nothing any more.</summary>
    public async Task<ImmutableArray<SpecProblem>> SetAsync(
        string fileName, string text, string actor, CancellationToken stop)
    {
        if (!string.IsNullOrWhiteSpace(text) && RequirementShape.Read(fileName, text).Problems is { IsEmpty: false } wrong)
            return wrong;
        await _alone.WaitAsync(stop);
        try
        {
            if (text == Text) return [];
            foreach (var recorded in await store.AppendAsync<RequirementEvent>(
                Stream, _version, actor, [new RequirementEvent.Set(text)], stop)) Fold(recorded);
            return [];
        }
        finally
        {
            _alone.Release();
        }
    }

    public ImmutableArray<MissingPart> MissingIn(ServiceSpec spec) =>
        Requirement.MissingIn(spec, All, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));

    public void Dispose() => _alone.Dispose();

    private void Fold(Recorded<RequirementEvent> recorded)
    {
        if (recorded.Event is RequirementEvent.Set set)
        {
            Text = set.Text;
            All = set.Text.Length == 0 ? [] : RequirementShape.Read("requirements", set.Text).Read;
        }
        _version = recorded.Version;
    }
}
