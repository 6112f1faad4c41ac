using System.Text.Json;
using Headway.Core;
using Headway.Core.Scans.Formats;

namespace Headway.Cli.Scans;

/// <summary>
/// Runs `dotnet list package --vulnerable` and `npm audit` on what the source holds, and writes what they say. Where the
/// package source has no advisories, the tools find nothing and say so as if all were well; so the sources are asked first,
/// and then the result is that it could not be scanned.
/// </summary>
internal sealed class DependencyScan(string root)
{
    private const string Results = ".headway/scans";
    private const int MostProjects = 100;
    private static readonly string[] Skipped = ["node_modules", "bin", "obj", ".git", ".headway"];

    public async Task<List<Scanned>> RunAsync(Action<string> note, CancellationToken stop)
    {
        Directory.CreateDirectory(Path.Combine(root, Results));
        var scanned = new List<Scanned>();
        var files = Files(root).Take(200_000).ToList();
        var locks = files.Where(file => Path.GetFileName(file) is "package-lock.json" or "npm-shrinkwrap.json").ToList();
        var projects = Projects(files);
        foreach (var project in projects.Take(MostProjects))
        {
            note($"dotnet list {Relative(project)} package --vulnerable");
            scanned.Add(await KeepAsync(project, await NuGetAsync(project, stop), stop));
        }
        foreach (var file in locks.Take(MostProjects))
        {
            note($"npm audit in {Relative(Path.GetDirectoryName(file)!)}");
            scanned.Add(await KeepAsync(file, await NpmAsync(Path.GetDirectoryName(file)!, stop), stop));
        }
        var left = projects.Count + locks.Count - scanned.Count;
        if (scanned.Count == 0 || left > 0)
            scanned.Add(await KeepAsync(Path.Combine(root, "dependencies"), Not(scanned.Count == 0
                ? "There is no .NET project and no package-lock.json." : $"{left} projects more than {MostProjects} were left out."), stop));
        return scanned;
    }

    private static async Task<string> NuGetAsync(string project, CancellationToken stop)
    {
        var folder = Path.GetDirectoryName(project)!;
        var restored = await ToolRun.RunAsync("dotnet", ["restore", project, "--nologo", "-v", "q"], folder, stop);
        if (restored.ExitCode != 0) return Not($"dotnet restore failed: {restored.Tail}");
        var listed = await ToolRun.RunAsync("dotnet",
            ["list", project, "package", "--vulnerable", "--include-transitive", "--format", "json"], folder, stop);
        if (listed.ExitCode != 0) return Not($"dotnet list package failed: {listed.Tail}");
        return await AdvisorySources.WhyNoneForNuGetAsync(listed.Output, stop) is { } why ? Not(why) : listed.Output;
    }

    private static async Task<string> NpmAsync(string folder, CancellationToken stop)
    {
        var registry = await ToolRun.RunAsync("npm", ["config", "get", "registry"], folder, stop);
        if (registry.ExitCode != 0) return Not($"npm cannot be run: {registry.Tail}");
        if (await AdvisorySources.WhyNoneForNpmAsync(registry.Output.Trim(), stop) is { } why) return Not(why);
        var audit = await ToolRun.RunAsync("npm", ["audit", "--json", "--package-lock-only"], folder, stop);
        return audit.Output.Length > 0 ? audit.Output : Not($"npm audit failed: {audit.Tail}");
    }

    private async Task<Scanned> KeepAsync(string what, string result, CancellationToken stop)
    {
        var name = string.Concat(Relative(what).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));
        await File.WriteAllTextAsync(Path.Combine(root, Results, $"{name}.json"), result, stop);
        var reading = ScanReader.Read(System.Text.Encoding.UTF8.GetBytes(result));
        return new(Relative(what), reading.Findings.Length, reading.NotScanned);
    }

    private static string Not(string why) =>
        JsonSerializer.Serialize(new { headwayScan = "dependencies", notScanned = why }, Wire.Json);

    /// <summary>One solution stands for its projects; without one every project is asked.</summary>
    private List<string> Projects(List<string> files)
    {
        var solutions = files.Where(file => Path.GetDirectoryName(file) == root && Path.GetExtension(file) is ".sln" or ".slnx").ToList();
        return solutions is [var one] ? [one]
            : [.. files.Where(file => Path.GetExtension(file) is ".csproj" or ".fsproj" or ".vbproj").Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Files(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder)) yield return file;
        foreach (var inside in new DirectoryInfo(folder).EnumerateDirectories())
            if (inside.LinkTarget is null && !Skipped.Contains(inside.Name))
                foreach (var file in Files(inside.FullName)) yield return file;
    }

    private string Relative(string path) => Path.GetRelativePath(root, path) is "." ? "the root" : Path.GetRelativePath(root, path);
}
