using System.Xml.Linq;
using Xunit;

namespace Headway.Core.Tests.Tidy;

/// <summary>Projects are walls: who may see whom is written here and nowhere else.</summary>
public sealed class ProjectTests
{
    private static readonly Dictionary<string, string[]> MaySee = new()
    {
        ["Headway.Core"] = [],
        ["Headway.Targets"] = ["Headway.Core"],
        ["Headway.Node"] = ["Headway.Core"],
        ["Headway.Dashboard"] = ["Headway.Core"],
        ["Headway.Server"] = ["Headway.Core", "Headway.Targets", "Headway.Dashboard"],
        ["Headway.Cli"] = ["Headway.Core", "Headway.Server", "Headway.Node", "Headway.Simulation"],
        ["Headway.Simulation"] = ["Headway.Core"],
    };

    [Fact]
    public void No_wall_has_a_hole()
    {
        foreach (var project in RepositoryFiles.Projects())
        {
            var name = Path.GetFileNameWithoutExtension(project);
            if (!MaySee.TryGetValue(name, out var allowed)) continue;
            foreach (var seen in Names(project, "ProjectReference").Select(Path.GetFileNameWithoutExtension))
                Assert.True(allowed.Contains(seen), $"{name} may not see {seen}.");
        }
    }

    [Fact]
    public void Every_project_of_the_product_has_its_place_in_the_grid()
    {
        var known = RepositoryFiles.Projects().Where(p => p.StartsWith(Path.Combine(RepositoryFiles.Root, "src"), StringComparison.Ordinal))
            .Select(p => Path.GetFileNameWithoutExtension(p)!);
        Assert.Empty(known.Except(MaySee.Keys));
    }

    [Fact]
    public void Core_has_no_package_but_the_analyzer_that_keeps_it_pure()
    {
        var core = Path.Combine(RepositoryFiles.Root, "src", "Headway.Core", "Headway.Core.csproj");
        Assert.Equal(["Microsoft.CodeAnalysis.BannedApiAnalyzers"], Names(core, "PackageReference"));
        Assert.Equal(["BannedSymbols.txt"], Names(core, "AdditionalFiles"));
        Assert.Empty(Names(core, "FrameworkReference"));
    }

    [Fact]
    public void Versions_of_packages_are_in_one_place()
    {
        foreach (var project in RepositoryFiles.Projects())
            Assert.DoesNotContain(XDocument.Load(project).Descendants("PackageReference"),
                p => p.Attribute("Version") is not null);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = RepositoryFiles.Document("Headway.slnx");
        foreach (var project in RepositoryFiles.Projects())
            Assert.Contains(Path.GetRelativePath(RepositoryFiles.Root, project).Replace('\\', '/'), solution);
    }

    private static string[] Names(string project, string kind) =>
        [.. XDocument.Load(project).Descendants(kind).Select(e => e.Attribute("Include")?.Value).OfType<string>()];
}
