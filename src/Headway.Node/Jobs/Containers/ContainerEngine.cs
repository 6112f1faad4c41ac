using System.Diagnostics;
using Headway.Node.Jobs.Beside;

namespace Headway.Node.Jobs.Containers;

/// <summary>podman or docker of this machine, called with the runner's own environment and configuration.</summary>
internal sealed record ContainerEngine(string Program)
{
    private const int MostOutput = 4000;
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(30);

    public bool IsPodman => Path.GetFileName(Program) == "podman";

    public static ContainerEngine? Find() =>
        (Tools.Locate("podman") ?? Tools.Locate("docker")) is { } program ? new(program) : null;

    /// <summary>Nothing is pulled that is there already.</summary>
    /// <exception cref="JobRefusedException">It cannot be pulled; the message has what the engine says.</exception>
    public async Task PullAsync(string image, CancellationToken stop)
    {
        if ((await CallAsync(["image", "inspect", image], stop)).Ok) return;
        string[] trusting = IsPodman && IsOfThisMachine(image) ? ["--tls-verify=false"] : [];
        var (ok, says) = await CallAsync(["pull", "--quiet", .. trusting, image], stop);
        if (!ok) throw new JobRefusedException($"The image {image} cannot be pulled by {Path.GetFileName(Program)}: {says}");
    }

    /// <summary>Ends containers, whatever they do; those that are gone are no mistake.</summary>
    public void Remove(params string[] names)
    {
        using var limit = new CancellationTokenSource(Quick);
        try { CallAsync(["rm", "--force", "--volumes", .. names], limit.Token).GetAwaiter().GetResult(); }
        catch (OperationCanceledException) { }
    }

    public async Task<(bool Ok, string Says)> CallAsync(string[] words, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, words)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        })!;
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(stop);
            var errors = process.StandardError.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            var says = (process.ExitCode == 0 ? await output : await errors).Trim();
            return (process.ExitCode == 0, says.Length > MostOutput ? says[^MostOutput..] : says);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>A registry on the loopback has no certificate, and nobody stands between.</summary>
    private static bool IsOfThisMachine(string image) =>
        image.StartsWith("127.0.0.1:", StringComparison.Ordinal) || image.StartsWith("localhost:", StringComparison.Ordinal);
}
