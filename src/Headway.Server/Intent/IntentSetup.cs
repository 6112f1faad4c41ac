using Headway.Server.Intent.Pushes;
using Headway.Server.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Intent;

/// <summary>What the server needs to keep intent in git.</summary>
public static class IntentSetup
{
    /// <param name="data">The server's data folder; the repository is `state.git` in it.</param>
    public static IServiceCollection AddIntent(this IServiceCollection services, string data) => services
        .AddSingleton(s => new StateRepo(
            s.GetRequiredService<Git>(), Path.GetFullPath(Path.Combine(data, "state.git")), s.GetRequiredService<TimeProvider>()))
        .AddSingleton<Wishes>()
        .AddSingleton<StateKeeping>()
        .AddSingleton<IntentObedience>()
        .AddSingleton<StateFileCheck>(StateFiles.OfLane)
        .AddSingleton<StateFiles>()
        .AddSingleton<PushCheck>()
        .AddSingleton<PushRecord>()
        .AddSingleton<GitServing>()
        .AddSingleton<IntentWatch>()
        .AddHostedService(s => s.GetRequiredService<IntentWatch>())
        .AddSingleton<IntentDesk>()
        .AddHostedService(s => s.GetRequiredService<IntentDesk>());
}
