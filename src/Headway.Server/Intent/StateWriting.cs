using System.Collections.Immutable;
using Headway.Server.Sources;

namespace Headway.Server.Intent;

/// <summary>Makes commits without a work tree, and moves the branch; what is made is on the disk before the branch says so.</summary>
internal sealed class StateWriting(Git git, string folder, TimeProvider time)
{
    /// <summary>Folder for objects of pushes that are not accepted yet.</summary>
    public const string Incoming = "incoming";
    private const string Made = "refs/headway/made";
    private readonly string[] _durable = ["-c", "core.fsync=committed,reference", "-C", folder];
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);

    /// <summary>One commit for each change, in order. Nobody sees them before the branch is moved.</summary>
    public async Task<ImmutableArray<string>> CommitAsync(string? onto, IEnumerable<StateChange> changes, CancellationToken stop)
    {
        var import = new ImportText(Made, onto, time.GetUtcNow());
        foreach (var change in changes) import.Add(change);
        var said = "";
        // What was made and never used is overwritten.
        await git.RunAsync([.. _durable, "fast-import", "--quiet", "--done", "--force"], Within,
            async (output, end) => said = await new StreamReader(output).ReadToEndAsync(end), stop, input: import.Bytes());
        return [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    /// <returns>False when the branch is not where it was.</returns>
    public async Task<bool> MoveAsync(string to, string? from, CancellationToken stop)
    {
        try
        {
            await git.TextAsync(1 << 20, Within,
                [.. _durable, "update-ref", StateRepo.Branch, to, from ?? "0000000000000000000000000000000000000000"], stop);
            return true;
        }
        catch (GitFailedException failed) when (failed.Message.Contains("cannot lock ref", StringComparison.Ordinal))
        {
            return false;
        }
    }

    public Task SetAsync(string name, string commit, CancellationToken stop) =>
        git.TextAsync(1 << 20, Within, [.. _durable, "update-ref", name, commit], stop);

    /// <summary>Loose objects become packs, now and then; git itself says when.</summary>
    public Task TidyAsync(CancellationToken stop) =>
        git.TextAsync(1 << 20, TimeSpan.FromMinutes(10), ["-C", folder, "gc", "--auto", "--quiet"], stop);

    /// <summary>Makes the repository where there is none, and takes away what a machine that died has left locked.</summary>
    public async Task PrepareAsync(CancellationToken stop)
    {
        if (!Directory.Exists(Path.Combine(folder, "objects")))
            await git.TextAsync(1 << 20, Within, ["init", "--quiet", "--bare", "--initial-branch=main", folder], stop);
        if (Directory.Exists(Path.Combine(folder, Incoming))) Directory.Delete(Path.Combine(folder, Incoming), recursive: true);
        var old = time.GetUtcNow().UtcDateTime - TimeSpan.FromMinutes(1);
        foreach (var file in Directory.EnumerateFiles(folder, "*.lock").Concat(
            Directory.EnumerateFiles(Path.Combine(folder, "refs"), "*.lock", SearchOption.AllDirectories)))
            if (File.GetLastWriteTimeUtc(file) < old) File.Delete(file);
    }
}
