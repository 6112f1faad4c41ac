using Xunit;

namespace Headway.Core.Tests.Tidy;

/// <summary>The repository that these tests were built from; without it they are skipped.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] Homes = ["src", "test", "bench"];
    private static readonly string? Found = Find();

    public static string Root
    {
        get
        {
            if (Found is null) Assert.Skip("The repository is not around the test program.");
            return Found;
        }
    }

    /// <summary>Source files by path relative to the root, with `/`, and their lines.</summary>
    public static IEnumerable<(string Path, string[] Lines)> Sources() =>
        Homes.Select(home => Path.Combine(Root, home)).Where(Directory.Exists)
            .SelectMany(home => Directory.EnumerateFiles(home, "*.cs", SearchOption.AllDirectories))
            .Select(path => (Path: Path.GetRelativePath(Root, path).Replace('\\', '/'), Full: path))
            .Where(file => !file.Path.Split('/').Any(part => part is "obj" or "bin"))
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .Select(file => (file.Path, File.ReadAllLines(file.Full)));

    public static IEnumerable<string> Projects() =>
        Homes.Select(home => Path.Combine(Root, home)).Where(Directory.Exists)
            .SelectMany(home => Directory.EnumerateFiles(home, "*.csproj", SearchOption.AllDirectories)).Order();

    /// <summary>A document of the root, or a skip that says that it is not written yet.</summary>
    public static string Document(string path)
    {
        var full = Path.Combine(Root, path);
        if (!File.Exists(full)) Assert.Skip($"There is no {path} yet.");
        return File.ReadAllText(full);
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Headway.slnx"))) return folder.FullName;
        return null;
    }
}
