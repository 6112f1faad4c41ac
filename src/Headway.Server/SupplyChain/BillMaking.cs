using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.SupplyChain;
using Headway.Core.SupplyChain.Bills;
using Headway.Server.Sources;
using Microsoft.Extensions.Logging;

namespace Headway.Server.SupplyChain;

/// <summary>
/// Bills of materials: those that a job wrote, which knows what it packed, or else one of the lock files of the commit.
/// </summary>
public sealed partial class BillMaking(
    ReleaseShelf shelf, ServiceBook services, SourceMirrors mirrors, ILogger<BillMaking> log)
{
    private const int LargestGiven = 32 << 20;
    private const string Spdx = "https://spdx.dev/Document";

    public async Task<ImmutableArray<(string Type, object Bill)>> OfRunAsync(RunState run, CancellationToken stop)
    {
        var given = ImmutableArray.CreateBuilder<(string, object)>();
        foreach (var result in run.Jobs.SelectMany(job => job.Results).Where(r => r.Kind is ResultKind.BillOfMaterials))
            if (Read((await shelf.BytesAsync(result.Digest, LargestGiven, stop)).Bytes) is { } bill)
                given.Add(bill);
            else LogUnreadable(log, result.Path, run.Id);
        return given.Count > 0 ? given.ToImmutable() : await OfCommitAsync(run.Service, run.Commit, stop);
    }

    /// <summary>Empty when the commit has no lock file, or cannot be read.</summary>
    public async Task<ImmutableArray<(string Type, object Bill)>> OfCommitAsync(
        string name, Commit commit, CancellationToken stop)
    {
        if (services.Find(name) is not { } service) return [];
        try
        {
            var mirror = mirrors.Of(service.Source, service.Branch);
            var (files, left) = await LockFilesAsync(mirror, commit.Sha, stop);
            return files.Count + left.Count == 0 ? []
                : [(PredicateType.BillOfMaterials, BillOfMaterials.Of(name, commit, BuildPlaces.Version, files, left))];
        }
        catch (GitFailedException e)
        {
            LogNoLockFiles(log, commit.Short, name, e.Message);
            return [];
        }
    }

    /// <summary>CycloneDX or SPDX as JSON; null when it is neither.</summary>
    public static (string Type, object Bill)? Read(byte[]? bytes)
    {
        if (bytes is null) return null;
        try
        {
            var bill = JsonSerializer.Deserialize<JsonElement>(bytes, Wire.Json);
            if (bill.ValueKind is not JsonValueKind.Object) return null;
            if (bill.TryGetProperty("bomFormat", out var format) && format.ValueEquals("CycloneDX"))
                return (PredicateType.BillOfMaterials, bill);
            return bill.TryGetProperty("spdxVersion", out _) ? (Spdx, bill) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static async Task<(List<LockFile> Files, List<(string, string)> Left)> LockFilesAsync(
        GitMirror mirror, string commit, CancellationToken stop)
    {
        var paths = await PathsAsync(mirror, commit, stop);
        var (files, left) = (new List<LockFile>(), new List<(string, string)>());
        foreach (var (path, size) in paths)
            if (files.Count >= LockFile.Most) left.Add((path, $"there are more than {LockFile.Most} lock files"));
            else if (size > LockFile.LargestBytes) left.Add((path, $"it is larger than {LockFile.LargestBytes >> 20} MB"));
            else if (await mirror.ReadAsync(commit, path, LockFile.LargestBytes, stop) is { } text) files.Add(new(path, text));
        return (files, left);
    }

    /// <summary>`MODE SP TYPE SP OBJECT SP SIZE TAB PATH NUL`, again and again; regular files only.</summary>
    private static async Task<List<(string Path, long Size)>> PathsAsync(
        GitMirror mirror, string commit, CancellationToken stop)
    {
        var found = new List<(string, long)>();
        await mirror.ListAsync(commit, async (output, end) =>
        {
            using var reader = new StreamReader(output, Encoding.UTF8);
            var entry = new StringBuilder();
            var buffer = new char[8192];
            while (await reader.ReadAsync(buffer, end) is var read and > 0)
                foreach (var c in buffer.AsSpan(0, read))
                    if (c != '\0') entry.Append(c);
                    else
                    {
                        var text = entry.ToString();
                        entry.Clear();
                        var tab = text.IndexOf('\t');
                        if (tab < 0 || !text.StartsWith("100", StringComparison.Ordinal)) continue;
                        if (LockFile.IsOne(text[(tab + 1)..]) && long.TryParse(text[..tab].Split(' ')[^1], out var size))
                            found.Add((text[(tab + 1)..], size));
                    }
        }, stop);
        return found;
    }

    [LoggerMessage(LogLevel.Warning, "{Path} of {Run} is neither CycloneDX nor SPDX as JSON, so it is no bill of materials.")]
    private static partial void LogUnreadable(ILogger log, string path, string run);

    [LoggerMessage(LogLevel.Warning, "The lock files of commit {Commit} of {Service} cannot be read: {Why}")]
    private static partial void LogNoLockFiles(ILogger log, string commit, string service, string why);
}
