using System.Diagnostics;
using Headway.Cli.Terminal;

namespace Headway.Cli.Testing;

/// <summary>A PostgreSQL of the tests' own, started and stopped by `eng/postgres`.</summary>
internal sealed class TestPostgres : IAsyncDisposable
{
    private readonly string _script;
    private readonly string? _folder;

    private TestPostgres(string script, string? folder, string? connectionString) =>
        (_script, _folder, ConnectionString) = (script, folder, connectionString);

    /// <summary>Null when none could be started: the tests that need it skip and say why.</summary>
    public string? ConnectionString { get; }

    public static async Task<TestPostgres> StartAsync(string root, Screen screen, CancellationToken stop)
    {
        var script = Path.Combine(root, "eng", "postgres");
        if (Globals.Variable("HEADWAY_TEST_POSTGRES") is { } given) return new(script, null, given);
        screen.Note("Starting PostgreSQL ...");
        var folder = Path.Combine(Path.GetTempPath(), $"headway-postgres-{Guid.NewGuid():N}");
        var (code, output) = await RunAsync(script, "start", folder, screen, stop);
        if (code == 0) return new(script, folder, output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Trim());
        screen.Note("PostgreSQL did not start; the tests that need it will be skipped.");
        return new(script, null, null);
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is not null) await RunAsync(_script, "stop", _folder, null, CancellationToken.None);
    }

    /// <summary>
    /// The server that the script leaves running holds on to standard error, so that is not waited for: only the
    /// script's own end and its standard output are.
    /// </summary>
    private static async Task<(int Code, string Output)> RunAsync(
        string script, string verb, string folder, Screen? screen, CancellationToken stop)
    {
        var errors = Path.Combine(Path.GetTempPath(), $"headway-postgres-{Guid.NewGuid():N}.log");
        using var process = Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", "exec \"$0\" \"$1\" \"$2\" 2>\"$3\"", script, verb, folder, errors])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0 && File.Exists(errors)) screen?.Note(
            (await File.ReadAllTextAsync(errors, stop)).TrimEnd());
        File.Delete(errors);
        return (process.ExitCode, output);
    }
}
