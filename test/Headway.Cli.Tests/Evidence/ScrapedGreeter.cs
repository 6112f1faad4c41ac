using Headway.Cli.Tests.MainPath;
using Headway.Server.Tests.Signals;

namespace Headway.Cli.Tests.Evidence;

/// <summary>The greeter with a real Prometheus that scrapes each of its instances.</summary>
internal sealed class ScrapedGreeter : IAsyncDisposable
{
    private readonly string _targets;

    private ScrapedGreeter(string targets, RealPrometheus prometheus, Greeter greeter) =>
        (_targets, Prometheus, Greeter) = (targets, prometheus, greeter);

    public RealPrometheus Prometheus { get; }

    public Greeter Greeter { get; }

    public static async Task<ScrapedGreeter> StartAsync()
    {
        var targets = Directory.CreateTempSubdirectory("headway-targets-").FullName;
        // Instances run as other users when root starts them.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(targets, (UnixFileMode)0b111_111_111);
        var prometheus = await RealPrometheus.StartAsync($"""
              - job_name: greeter
                file_sd_configs:
                  - files: [ "{targets}/*.json" ]
                    refresh_interval: 1s
            """);
        var greeter = new Greeter(Scenes.Canary) { Targets = targets };
        var scraped = new ScrapedGreeter(targets, prometheus, greeter);
        greeter.Evidence = scraped.Payments();
        return scraped;
    }

    /// <param name="more">Further lines of the signal.</param>
    public string Payments(string more = "trust: auto") => $$"""
        evidence:
          payments:
            prometheus: {{Prometheus.Url}}
            bad: payment_failed_total{release_id="$release"}
            total: payments_total{release_id="$release"}
            every: 1s
            {{more}}
        """;

    public async ValueTask DisposeAsync()
    {
        Greeter.Dispose();
        await Prometheus.DisposeAsync();
        Directory.Delete(_targets, recursive: true);
    }
}
