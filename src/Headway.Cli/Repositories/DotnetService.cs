using System.Collections.Immutable;
using System.Xml;
using System.Xml.Linq;

namespace Headway.Cli.Repositories;

/// <summary>A .NET web project, or an executable one, with its tests.</summary>
internal static class DotnetService
{
    public static ServiceGuess? Recognise(Repository repository)
    {
        var projects = repository.Files.Where(file => file.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase)
                || file.EndsWith(".fsproj", StringComparison.OrdinalIgnoreCase))
            .Select(file => Project.Read(repository, file)).OfType<Project>().ToList();
        var tests = projects.Where(project => project.IsTest).ToList();
        var runnable = projects.Where(project => !project.IsTest && (project.IsWeb || project.IsExe)).ToList();
        var web = runnable.Where(project => project.IsWeb).ToList();
        var chosen = web.Count > 0 ? web[0] : runnable.FirstOrDefault();
        if (chosen is null) return null;

        var assumed = ImmutableArray.CreateBuilder<string>();
        var missing = ImmutableArray.CreateBuilder<string>();
        var others = (web.Count > 0 ? web : runnable).Skip(1).Select(project => project.File).ToList();
        if (others.Count > 0) assumed.Add($"{chosen.File} is the service, not {string.Join(", ", others)}");
        if (chosen.IsWeb) assumed.Add(
            "it listens where ASPNETCORE_URLS says, as web services do unless they are told otherwise");
        else missing.Add($"{chosen.File} is no web project: it must listen on the port in PORT by itself");
        var network = projects.Any(project => project.HasPackages);
        if (network) assumed.Add("packages are fetched while building, so jobs may use the network");
        var (health, assumedHealth, missingHealth) = Recognition.Health(repository, ".cs", ".fs", ".razor");
        if (assumedHealth is not null) assumed.Add(assumedHealth);
        if (missingHealth is not null) missing.Add(missingHealth);
        if (tests.Count == 0) missing.Add("no test project was found: every commit goes to production untested");

        return new ServiceGuess(
            $"a .NET {(chosen.IsWeb ? "web service" : "program")} ({chosen.File})", Recognition.Name(chosen.Assembly),
            [.. Tests(repository, tests, network), Package(chosen, tests.Count > 0, network)],
            chosen.HasAppHost ? $"./out/{chosen.Assembly}" : $"dotnet out/{chosen.Assembly}.dll",
            health, assumed.ToImmutable(), missing.ToImmutable());
    }

    private static IEnumerable<JobGuess> Tests(Repository repository, List<Project> tests, bool network)
    {
        if (tests.Count == 0) yield break;
        if (tests.All(project => project.RunsItself))
        {
            yield return new("test", string.Join(" && ",
                tests.Select(project => $"dotnet run --project {Quoted(project.File)}")),
                Network: network);
            yield break;
        }
        var solution = repository.Files.FirstOrDefault(file => !file.Contains('/')
            && (file.EndsWith(".sln", StringComparison.Ordinal) || file.EndsWith(".slnx", StringComparison.Ordinal)));
        var commands = solution is not null ? ["dotnet test --logger trx"]
            : tests.Select(project => $"dotnet test {Quoted(project.File)} --logger trx");
        yield return new("test", string.Join(" && ", commands), Reports: "**/*.trx", Network: network);
    }

    private static JobGuess Package(Project project, bool tested, bool network) =>
        new("package", $"dotnet publish {Quoted(project.File)} -c Release -o out", "out", tested ? "test" : null,
            Network: network);

    private static string Quoted(string path) => path.Contains(' ') ? $"'{path}'" : path;

    private sealed record Project(
        string File, string Assembly, bool IsWeb, bool IsExe, bool IsTest, bool RunsItself, bool HasAppHost,
            bool HasPackages)
    {
        /// <summary>Null when it is no project file that can be read.</summary>
        public static Project? Read(Repository repository, string file)
        {
            XElement root;
            try
            {
                root = XElement.Parse(repository.Text(file));
            }
            catch (XmlException)
            {
                return null;
            }
            string? Property(string name) =>
                root.Descendants().LastOrDefault(element => element.Name.LocalName == name)?.Value.Trim();
            var packages = root.Descendants().Where(element => element.Name.LocalName == "PackageReference")
                .Select(element => (string?)element.Attribute("Include") ?? "").ToList();
            var name = Path.GetFileNameWithoutExtension(file);
            var byTheSdk = packages.Any(package => package is "Microsoft.NET.Test.Sdk");
            var isTest = byTheSdk || Property("IsTestProject") == "true"
                || packages.Any(package => package.StartsWith("xunit", StringComparison.OrdinalIgnoreCase)
                    || package.StartsWith("NUnit", StringComparison.Ordinal)
                        || package.StartsWith("TUnit", StringComparison.Ordinal)
                    || package.StartsWith("MSTest", StringComparison.Ordinal))
                || name.EndsWith("Tests", StringComparison.Ordinal) || name.EndsWith(".Test", StringComparison.Ordinal);
            var isExe = Property("OutputType") is "Exe" or "WinExe";
            return new(file, Property("AssemblyName") is { Length: > 0 } assembly && !assembly.Contains('$') ? assembly
                : name,
                (string?)root.Attribute("Sdk") is "Microsoft.NET.Sdk.Web", isExe, isTest, isTest && isExe && !byTheSdk,
                Property("UseAppHost") != "false", packages.Count > 0);
        }
    }
}
