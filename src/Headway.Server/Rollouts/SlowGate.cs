using System.Collections.Concurrent;
using Headway.Core.Releases;
using Headway.Core.Waiting;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Rollouts;

/// <summary>What keeps a release out, where finding out means reading.</summary>
public delegate Task<Wait?> GateLook(Release release, string environment, CancellationToken stop);

/// <summary>
/// A gate that has to read before it can answer, for lanes that do not wait for it. An answer counts for a moment only; while the
/// next one is looked up the gate is closed, so that nothing passes on what was so a while ago. The lane is woken when the
/// answer is there.
/// </summary>
public sealed class SlowGate(GateLook look, Func<LaneTurns> turns, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    /// <summary>Shorter, so that a lane that is woken because something was decided looks again at once.</summary>
    private static readonly TimeSpan FreshClosed = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<(string Release, string Environment), Answer> _answers = new();

    public Wait? Ask(Release release, string environment)
    {
        var key = (release.Id, environment);
        var known = _answers.GetValueOrDefault(key);
        if (known is { IsLooking: false } && time.GetElapsedTime(known.Ticks) < (known.Wait is null ? Fresh : FreshClosed))
            return known.Wait;
        if (known is not { IsLooking: true })
        {
            _answers[key] = new(known?.Wait, 0, IsLooking: true);
            _ = LookAsync(release, environment);
        }
        return known?.Wait ?? new(WaitKind.Gate, $"{release.Service}/{environment}", $"What is known of {release.Id} is being read.",
            null, null, null);
    }

    private async Task LookAsync(Release release, string environment)
    {
        // Away from the turn that asked.
        await Task.Yield();
        Wait? wait;
        try
        {
            wait = await look(release, environment, CancellationToken.None);
        }
        catch (Exception e)
        {
            // What cannot be read lets nothing through, and says so where people look.
            wait = new(WaitKind.Gate, $"{release.Service}/{environment}", $"What is known of {release.Id} cannot be read: {e.Message}",
                "Mending what it says; it is tried again by itself.", null, null);
        }
        foreach (var old in _answers.Where(each => each.Key.Environment == environment && each.Key.Release != release.Id
            && each.Value is { IsLooking: false } && time.GetElapsedTime(each.Value.Ticks) > Fresh).ToList())
            _answers.TryRemove(old);
        _answers[(release.Id, environment)] = new(wait, time.GetTimestamp(), IsLooking: false);
        turns().Wake(release.Service, environment);
    }

    private sealed record Answer(Wait? Wait, long Ticks, bool IsLooking);
}

public static class SlowGates
{
    public static IServiceCollection AddGate(this IServiceCollection services, Func<IServiceProvider, GateLook> look) =>
        services.AddSingleton<PromotionGate>(s =>
            new SlowGate(look(s), s.GetRequiredService<LaneTurns>, s.GetRequiredService<TimeProvider>()).Ask);
}
