using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Headway.Core.Pipelines;
using Headway.Core.Releases;

namespace Headway.Server.Sources;

/// <summary>
/// A bare copy of one branch of a remote. Nothing in it is ever checked out, and nothing of it is run.
/// </summary>
public sealed class GitMirror : IDisposable
{
    private const string Tip = "refs/headway/tip";
    private const string EmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
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
    /// Every ref of the remote that one of the patterns names, with its commit: for a tag, the commit that it is about.
    /// </summary>
    public async Task<ImmutableSortedDictionary<string, string>> RefsAsync(
        IEnumerable<string> patterns, CancellationToken stop)
    {
        var refs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var answer = await _git.TextAsync(
            _options.RefsBytes, _options.LookLimit, ["ls-remote", "--", _source, .. patterns], stop);
        foreach (var line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.Split('\t', 2) is [{ Length: >= 40 } sha, var name])
                refs[name.EndsWith("^{}", StringComparison.Ordinal) ? name[..^3] : name] = sha;
        return refs.ToImmutable();
    }

    /// <summary>
    /// Brings a ref, or a commit by its name, and keeps it; returns the commit, or null where there is none: a tag may
    /// name a single file.
    /// </summary>
    public async Task<string?> FetchAsync(string remote, string keptAs, CancellationToken stop)
    {
        await PrepareAsync(stop);
        await _git.RunAsync(
            ["-C", _folder, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--force",
                "--no-recurse-submodules", "--", _source, $"+{remote}:{keptAs}"],
            _options.FetchLimit, DrainAsync, stop);
        try
        {
            return (await AskAsync(200, ["rev-parse", "--verify", $"{keptAs}^{{commit}}"], stop)).Trim();
        }
        catch (GitFailedException e) when (e.ExitCode == 128)
        {
            return null;
        }
    }

    /// <summary>What nothing refers to is tidied away some day.</summary>
    public Task KeepAsync(string commit, string keptAs, CancellationToken stop) =>
        AskAsync(100, ["update-ref", keptAs, commit], stop);

    public async Task<Commit> CommitAsync(string sha, CancellationToken stop) => (await LogAsync(1, sha, stop))[0];

    /// <summary>What git says of a merge that it makes without a working copy, and whether there are conflicts.</summary>
    public async Task<(string Answer, bool Conflicts)> MergeTreeAsync(
        string onto, string head, int limitBytes, CancellationToken stop)
    {
        using var answer = new MemoryStream();
        try
        {
            await _git.RunAsync(
                ["-C", _folder, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", onto, head],
                _options.FetchLimit, async (output, end) =>
                {
                    var buffer = new byte[16 * 1024];
                    while (await output.ReadAsync(buffer, end) is var read and > 0)
                        if (answer.Length + read <= limitBytes) answer.Write(buffer, 0, read);
                }, stop);
            return (Encoding.UTF8.GetString(answer.ToArray()), false);
        }
        catch (GitFailedException e) when (e.ExitCode == 1)
        {
            return (Encoding.UTF8.GetString(answer.ToArray()), true);
        }
    }

    /// <summary>Asks git about the mirror; `variables` are added to its environment.</summary>
    public Task<string> AskAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables, int limitBytes,
            CancellationToken stop) =>
        _git.TextAsync(limitBytes, _options.FetchLimit, ["-C", _folder, .. arguments], stop, variables);

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

    /// <summary>
    /// Paths that differ between the trees of two commits; null when the first is gone or there are more than fit, and then
    /// everything counts as changed.
    /// </summary>
    public async Task<ImmutableArray<string>?> ChangedAsync(string before, string after, CancellationToken stop)
    {
        if (!await HasAsync(before, stop)) return null;
        try
        {
            var answer = await AskAsync(_options.ChangedBytes,
                ["diff-tree", "-r", "-z", "--no-renames", "--name-only", before, after], stop);
            return [.. answer.Split('\0', StringSplitOptions.RemoveEmptyEntries)];
        }
        catch (GitFailedException)
        {
            return null;
        }
    }

    /// <summary>
    /// What a commit adds to another, or all that it holds when the other is not there: a unified diff without context.
    /// </summary>
    public async Task DiffAsync(
        string? before, string after, TimeSpan within, Func<Stream, CancellationToken, Task> read, CancellationToken stop)
    {
        var from = before is not null && await HasAsync(before, stop) ? before : EmptyTree;
        await _git.RunAsync(
            ["-C", _folder, "-c", "core.quotePath=false", "diff-tree", "-r", "-p", "-U0", "--no-renames", "--no-ext-diff",
                "--no-textconv", "--no-color", "--src-prefix=a/", "--dst-prefix=b/", from, after], within, read, stop);
    }

    /// <summary>Text of a file in a commit, or null when it is not there.</summary>
    public async Task<string?> ReadAsync(string commit, string path, int limitBytes, CancellationToken stop)
    {
        var entry = await AskAsync(4096, ["ls-tree", "-z", "--full-tree", commit, "--", path], stop);
        return entry.StartsWith("100", StringComparison.Ordinal)
            ? await AskAsync(limitBytes, ["cat-file", "blob", $"{commit}:{path}"], stop) : null;
    }

    /// <summary>Every file of a commit with the name of its content; nothing of it is read.</summary>
    public async Task<ImmutableArray<TreeFile>> FilesAsync(string commit, CancellationToken stop)
    {
        var answer = await AskAsync(_options.ListBytes, ["ls-tree", "-r", "-z", "--full-tree", commit], stop);
        var files = ImmutableArray.CreateBuilder<TreeFile>();
        // `MODE SP TYPE SP OBJECT TAB PATH NUL`, again and again.
        foreach (var entry in answer.Split('\0', StringSplitOptions.RemoveEmptyEntries))
            if (entry.IndexOf('\t') is var tab and > 0 && entry[..tab].Split(' ') is [var mode, _, var name])
                files.Add(new(mode, name, entry[(tab + 1)..]));
        return files.ToImmutable();
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

    public async Task<bool> HasAsync(string commit, CancellationToken stop)
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
            "--format=%H%x00%<(300,trunc)%s%x00%<(100,trunc)%an%x00%cI%x00%<(200,trunc)%ae", range, "--"], stop);
        var fields = answer.Split('\0');
        var commits = ImmutableArray.CreateBuilder<Commit>();
        for (var at = 0; at + 4 < fields.Length; at += 5)
            commits.Add(new(fields[at], Short(fields[at + 1]), Short(fields[at + 2]),
                DateTimeOffset.Parse(fields[at + 3], CultureInfo.InvariantCulture)) { Email = Short(fields[at + 4]) });
        commits.Reverse();
        return commits.ToImmutable();
    }

    private static string Short(string text) =>
        text.Trim() is { Length: > SubjectLimit } large ? large[..SubjectLimit] : text.Trim();

    private Task<string> AskAsync(int limitBytes, IEnumerable<string> arguments, CancellationToken stop) =>
        _git.TextAsync(limitBytes, _options.LookLimit, ["-C", _folder, .. arguments], stop);

    private static Task DrainAsync(Stream output, CancellationToken stop) => output.CopyToAsync(Stream.Null, stop);
}
