using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Cli.Repositories;

/// <summary>A package.json that says how it is started.</summary>
internal static class NodeService
{
    public static ServiceGuess? Recognise(Repository repository)
    {
        if (!repository.Has("package.json")) return null;
        JsonElement package;
        try
        {
            package = JsonSerializer.Deserialize<JsonElement>(repository.Text("package.json"));
        }
        catch (JsonException)
        {
            return null;
        }
        if (package.ValueKind is not JsonValueKind.Object || Start(repository, package) is not { } start) return null;

        var (assumed, missing) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        assumed.Add(start.Assumed);
        var (install, manager) = Install(repository, package);
        if (install is not null) assumed.Add($"packages are installed by `{install}`, so jobs may use the network");
        if (Text(package, "engines", "node") is { } engines) assumed.Add(
            $"Node {engines} is on this machine (engines in package.json)");
        var (health, assumedHealth, missingHealth) = Recognition.Health(repository, ".js", ".mjs", ".cjs", ".ts");
        if (assumedHealth is not null) assumed.Add(assumedHealth);
        if (missingHealth is not null) missing.Add(missingHealth);
        if (!repository.Sources(".js", ".mjs", ".cjs", ".ts")
            .Any(file => repository.Text(file).Contains("process.env.PORT", StringComparison.Ordinal)))
            missing.Add("nothing reads process.env.PORT: the service must listen on the port it is given there");

        var test = Script(package, "test") is { } script
            && !script.Contains("no test specified", StringComparison.Ordinal);
        if (!test) missing.Add("package.json has no test script: every commit goes to production untested");
        return new("a Node service (package.json)", Recognition.Name(
            Text(package, "name") ?? Path.GetFileName(repository.Root)),
            [.. Jobs(package, install, manager, test)], start.Command, health, assumed.ToImmutable(),
                missing.ToImmutable());
    }

    private static IEnumerable<JobGuess> Jobs(JsonElement package, string? install, string manager, bool test)
    {
        var prefix = install is null ? "" : $"{install} && ";
        var network = install is not null;
        if (test) yield return new("test", $"{prefix}{manager} test", Network: network);
        var build = Script(package, "build") is null ? null : $"{manager} run build";
        var run = (install, build) switch
        {
            (null, null) => "true",
            (not null, null) => install,
            (null, not null) => build,
            _ => $"{install} && {build}",
        };
        // The whole folder: what Node needs at run time cannot be told from the rest without asking.
        yield return new("package", run, ".", test ? "test" : null, Network: network);
    }

    private static (string? Install, string Manager) Install(Repository repository, JsonElement package)
    {
        var needs = package.TryGetProperty("dependencies", out var some) && some.ValueKind is JsonValueKind.Object
            && some.EnumerateObject().Any()
            || package.TryGetProperty("devDependencies", out var dev) && dev.ValueKind is JsonValueKind.Object
                && dev.EnumerateObject().Any();
        if (repository.Has("pnpm-lock.yaml")) return (needs ? "pnpm install --frozen-lockfile" : null, "pnpm");
        if (repository.Has("yarn.lock")) return (needs ? "yarn install --frozen-lockfile" : null, "yarn");
        if (!needs) return (null, "npm");
        return (repository.Has("package-lock.json") ? "npm ci" : "npm install", "npm");
    }

    /// <summary>Node itself when that is all the script does, so that a stop signal reaches the service.</summary>
    private static (string Command, string Assumed)? Start(Repository repository, JsonElement package)
    {
        if (Script(package, "start") is { } start)
            return start.StartsWith("node ", StringComparison.Ordinal)
                ? (start, "it is started as the start script of package.json says")
                : ("npm start", $"it is started by `npm start` ({start})");
        var main = Text(package, "main");
        foreach (var file in new[] { main, "server.js", "index.js", "app.js" }.OfType<string>())
            if (repository.Has(file)) return ($"node {file}",
                $"{file} is the service, since package.json has no start script");
        return null;
    }

    private static string? Script(JsonElement package, string name) => Text(package, "scripts", name);

    private static string? Text(JsonElement element, params string[] path)
    {
        foreach (var name in path)
            if (element.ValueKind is not JsonValueKind.Object
                || !element.TryGetProperty(name, out element)) return null;
        return element.ValueKind is JsonValueKind.String && element.GetString() is { Length: > 0 } text
            ? text.ReplaceLineEndings(" ").Trim() : null;
    }
}
