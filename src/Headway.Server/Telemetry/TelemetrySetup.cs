using Headway.Server.Telemetry.Otlp;
using Headway.Server.Telemetry.Own;
using Headway.Server.Telemetry.Series;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Telemetry;

public static class TelemetrySetup
{
    /// <summary>Everything is restored before the ports are opened, and kept after they are closed.</summary>
    public static void AddTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(s => new TelemetryState(
            options, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<TelemetryState>>()));
        services.AddSingleton(s => new TelemetryIntake(s.GetRequiredService<TelemetryState>()));
        services.AddSingleton(s => new TelemetryQueries(s.GetRequiredService<TelemetryState>()));
        services.AddSingleton(s => new TelemetryPresence(s.GetRequiredService<TelemetryState>()));
        services.AddSingleton<SelectSeries>(s => s.GetRequiredService<TelemetryQueries>().Select);
        services.AddSingleton<TelemetryCoverage>();
        services.AddSingleton<KeepSample>(s => new OwnSeries(s.GetRequiredService<TelemetryState>()).Keep);
        services.AddHostedService<TelemetryUpkeep>();
        services.AddSingleton<OtlpReceivers>();
        services.AddHostedService(s => s.GetRequiredService<OtlpReceivers>());
    }
}
