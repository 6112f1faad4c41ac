using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Headway.Core.Releases;

namespace Headway.Server.Sources;

/// <summary>
/// A bare copy of one branch of a remote. Nothing in it is ever checked out, and nothing of it is run.
/// </summary>
public sealed class GitMirror : IDisposable
{
    private const string Tip = "refs/headway/tip";
    private const int SubjectLimit = 300;
    private readonly Git _git;
    private readonly SourceOptions _options;
    private readonly string _source;
    private readonly string _branch;
    private readonly string _folder;
    private readonly SemaphoreSlim _alone = new(1);

    public GitMirror(Git git, SourceOptions options, string source, string branch)
    {
        (_git, _options, _source, _branch) = (git, options, source, branch);
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{branch}")))[..24];
        _folder = Path.Combine(options.Data, $"{name}.git");
    }

    /// <summary>Looks and fetches are made by one caller at a time; archives may be read beside them.</summary>
    public async Task AloneAsync(Func<Task> act, CancellationToken stop)
    {
        await _alone.WaitAsync(stop);
        try { await act(); }
        finally { _alone.Release(); }
    }

    /// <summary>What the branch points to now, asked of the remote, or null when there is no such branch.</summary>
    public async Task<string?> LookAsync(CancellationToken stop)
    {
        var answer = await _git.TextAsync(64 * 1024, _options.LookLimit,
            ["ls-remote", "--heads", "--", _source, $"refs/heads/{_branch}"], stop);
        return answer.Split('\t', 2) is [{ Length: >= 40 } sha, _] ? sha : null;
    }

    /// <summary>Brings what is new; returns the tip as it was fetched.</summary>
    public async Task<string> FetchAsync(CancellationToken stop)
    {
        await PrepareAsync(stop);
        await _git.RunAsync(
            ["-C", _folder, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--force",
                "--no-recurse-submodules",
                "--", _source, $"+refs/heads/{_branch}:{Tip}"],
            _options.FetchLimit, DrainAsync, stop);
        return (await AskAsync(200, ["rev-parse", "--verify", $"{Tip}^{{commit}}"], stop)).Trim();
    }

    /// <summary>
    /// Commits after `old` up to `tip`, the oldest first, the tip last; the tip alone when `old` is not known.
    /// </summary>
    public async Task<ImmutableArray<Commit>> CommitsAsync(string? old, string tip, CancellationToken stop)
    {
        var range = old is not null && await HasAsync(old, stop) ? $"{old}..{tip}" : null;
        var commits = range is null ? [] : await LogAsync(_options.CommitsAtOnce, range, stop);
        return commits is [.., var last] && last.Sha == tip ? commits : [.. commits, .. await LogAsync(1, tip, stop)];
    }

    /// <summary>
    /// False after a push that was forced: what was carried before is not part of the branch any more.
    /// </summary>
    public async Task<bool> FollowsAsync(string old, string tip, CancellationToken stop)
    {
        if (!await HasAsync(old, stop)) return false;
        try
        {
            await AskAsync(100, ["merge-base", "--is-ancestor", old, tip], stop);
            return true;
        }
        catch (GitFailedException e) when (e.ExitCode == 1)
        {
            return false;
        }
    }

    /// <summary>Text of a file in a commit, or null when it is not there.</summary>
    public async Task<string?> ReadAsync(string commit, string path, int limitBytes, CancellationToken stop)
    {
        var entry = await AskAsync(4096, ["ls-tree", "-z", "--full-tree", commit, "--", path], stop);
        return entry.StartsWith("100", StringComparison.Ordinal)
            ? await AskAsync(limitBytes, ["cat-file", "blob", $"{commit}:{path}"], stop) : null;
    }

    public Task ListAsync(string commit, Func<Stream, CancellationToken, Task> read, CancellationToken stop) =>
        _git.RunAsync(
            ["-C", _folder, "ls-tree", "-r", "-l", "-z", "--full-tree", commit], _options.FetchLimit, read, stop);

    public Task<string> LinkAsync(string blob, CancellationToken stop) =>
        AskAsync(8192, ["cat-file", "blob", blob], stop);

    /// <summary>The tree of a commit as a tar, while git makes it.</summary>
    public Task ArchiveAsync(string commit, Stream output, CancellationToken stop) =>
        _git.RunAsync(["-C", _folder, "archive", "--format=tar", commit], _options.FetchLimit,
            (tar, end) => tar.CopyToAsync(output, end), stop);

    public void Dispose() => _alone.Dispose();

    private async Task PrepareAsync(CancellationToken stop)
    {
        if (!File.Exists(Path.Combine(_folder, "HEAD")))
            await _git.RunAsync(
                ["init", "--quiet", "--bare", "--template=", "--", _folder], _options.LookLimit, DrainAsync, stop);
        // Attributes of the repository may leave files out of an archive or change them; jobs get the tree as it is.
        Directory.CreateDirectory(Path.Combine(_folder, "info"));
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "info", "attributes"), "* -export-ignore -export-subst\n", stop);
        // We alone work here, one call at a time, so locks and half a pack are what a kill has left.
        var left = Directory.EnumerateFiles(_folder, "*.lock", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(_folder, "tmp_pack_*", SearchOption.AllDirectories));
        foreach (var file in left.ToList()) File.Delete(file);
    }

    private async Task<bool> HasAsync(string commit, CancellationToken stop)
    {
        try
        {
            await AskAsync(100, ["cat-file", "-e", $"{commit}^{{commit}}"], stop);
            return true;
        }
        catch (GitFailedException e) when (e.ExitCode is 1 or 128)
        {
            return false;
        }
    }

    private async Task<ImmutableArray<Commit>> LogAsync(int most, string range, CancellationToken stop)
    {
        var answer = await AskAsync(4 << 20, ["log", "-z", "--first-parent", $"--max-count={most}", "--encoding=UTF-8",
            "--format=%H%x00%<(300,trunc)%s%x00%<(100,trunc)%an%x00%cI", range, "--"], stop);
        var fields = answer.Split('\0');
        var commits = ImmutableArray.CreateBuilder<Commit>();
        for (var at = 0; at + 3 < fields.Length; at += 4)
            commits.Add(new(fields[at], Short(fields[at + 1]), Short(fields[at + 2]),
                DateTimeOffset.Parse(fields[at + 3], CultureInfo.InvariantCulture)));
        commits.Reverse();
        return commits.ToImmutable();
    }

    private static string Short(string text) =>
        text.Trim() is { Length: > SubjectLimit } large ? large[..SubjectLimit] : text.Trim();

    private Task<string> AskAsync(int limitBytes, IEnumerable<string> arguments, CancellationToken stop) =>
        _git.TextAsync(limitBytes, _options.LookLimit, ["-C", _folder, .. arguments], stop);

    private static Task DrainAsync(Stream output, CancellationToken stop) => output.CopyToAsync(Stream.Null, stop);
}
