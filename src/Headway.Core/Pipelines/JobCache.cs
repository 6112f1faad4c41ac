using System.Collections.Immutable;

namespace Headway.Core.Pipelines;

/// <summary>A folder that a later job gets back as an earlier one left it.</summary>
/// <param name="Name">What it is called in logs, and the prefix that the newest other content is found by.</param>
/// <param name="Path">`~/...` in the home of the job, else relative to the root of the source.</param>
/// <param name="Key">Patterns of files; their content is the key. None: there is one content, and it is always replaced.</param>
public sealed record JobCache(string Name, string Path, ImmutableArray<string> Key)
{
    /// <summary>Caches that are known by the name of their package manager.</summary>
    public static readonly ImmutableSortedDictionary<string, JobCache> Known = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal, new[]
        {
            new JobCache("npm", "~/.npm", ["**/package-lock.json", "**/npm-shrinkwrap.json"]),
            new("yarn", "~/.cache/yarn", ["**/yarn.lock"]),
            new("nuget", "~/.nuget/packages", ["**/packages.lock.json", "**/*.csproj", "**/Directory.Packages.props"]),
            new("pip", "~/.cache/pip", ["**/requirements*.txt", "**/poetry.lock", "**/Pipfile.lock", "**/uv.lock"]),
            new("maven", "~/.m2/repository", ["**/pom.xml"]),
            new("gradle", "~/.gradle/caches", ["**/*.gradle", "**/*.gradle.kts", "**/gradle-wrapper.properties"]),
            new("go", "~/go/pkg/mod", ["**/go.sum"]),
            new("cargo", "~/.cargo/registry", ["**/Cargo.lock"]),
        }.Select(cache => KeyValuePair.Create(cache.Name, cache)));
}
