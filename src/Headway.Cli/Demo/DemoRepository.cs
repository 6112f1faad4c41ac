using Headway.Cli.Machine;
using Headway.Cli.Testing;

namespace Headway.Cli.Demo;

/// <summary>
/// A bare repository that is watched, and a clone of it in which the shop of `examples/shop` is changed, committed and
/// pushed.
/// </summary>
internal sealed class DemoRepository
{
    private static readonly (string? Patch, string Subject)[] Changes =
    [
        (null, "A small shop"),
        ("2-search.patch", "Search the catalogue"),
        ("3-pick-up.patch", "Lay orders on a shelf for pick-up"),
    ];

    private readonly string _example;
    private readonly string _clone;

    private DemoRepository(string example, string remote, string clone) =>
        (_example, Remote, _clone) = (example, remote, clone);

    /// <summary>Path of the bare repository.</summary>
    public string Remote { get; }

    public static int Count => Changes.Length;

    public static async Task<DemoRepository> MakeAsync(string folder, DemoPorts ports, CancellationToken stop)
    {
        var example = Path.Combine(SourceTree.Find(), "examples", "shop");
        var repository = new DemoRepository(example, Path.Combine(folder, "shop.git"), Path.Combine(folder, "shop"));
        await GitAsync(folder, stop, "init", "--quiet", "--bare", "--initial-branch", "main", repository.Remote);
        await GitAsync(folder, stop, "clone", "--quiet", repository.Remote, repository._clone);
        repository.CopyShop(ports);
        return repository;
    }

    /// <summary>Makes and pushes the next commit; `number` is 1, 2 or 3.</summary>
    /// <returns>When the push was through.</returns>
    public async Task<DateTimeOffset> PushAsync(int number, CancellationToken stop)
    {
        var (patch, subject) = Changes[number - 1];
        if (patch is not null) await GitAsync(_clone, stop, "apply", Path.Combine(_example, "changes", patch));
        await GitAsync(_clone, stop, "add", "--all");
        await GitAsync(_clone, stop, "-c", "user.name=Demo", "-c", "user.email=demo@localhost", "-c",
            "commit.gpgsign=false",
            "commit", "--quiet", "--message", subject);
        await GitAsync(_clone, stop, "push", "--quiet", "origin", "HEAD:main");
        return DateTimeOffset.UtcNow;
    }

    /// <summary>Only what the repository has, not what an earlier build has left there.</summary>
    private void CopyShop(DemoPorts ports)
    {
        string[] own = ["changes", "bin", "obj", "out", "results"];
        foreach (var file in Directory.EnumerateFiles(_example, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(_example, file);
            if (name.Split(Path.DirectorySeparatorChar)[..^1].Any(own.Contains)) continue;
            var copy = Path.Combine(_clone, name);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        var spec = Path.Combine(_clone, "headway.yaml");
        File.WriteAllText(spec, File.ReadAllText(spec)
            .Replace("staging:    {", $"staging:    {{ listen: {ports.Staging},", StringComparison.Ordinal)
            .Replace("production: {", $"production: {{ listen: {ports.Production},", StringComparison.Ordinal));
    }

    private static async Task GitAsync(string folder, CancellationToken stop, params string[] arguments)
    {
        var git = await Tool.RunAsync("git", arguments, folder, stop)
            ?? throw new CliException(ExitCode.No, "git is not on the path.", "apt-get install git");
        if (!git.Ok) throw new CliException(ExitCode.No, $"git {arguments[0]} failed in {folder}: {git.Error}");
    }
}
