using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Configuration;
using Headway.Core.Intent;
using Headway.Server.Intent;
using Headway.Server.Specs;

namespace Headway.Server.Configuration;

/// <summary>
/// The files of the state repo that set environment variables: flat mappings of names to text. One that cannot be read is shown, and what it said
/// last stays in force.
/// </summary>
public sealed class ConfigurationFiles(StateRepo repo)
{
    private readonly ConcurrentDictionary<string, ImmutableSortedDictionary<string, string>> _last = new();

    public ImmutableSortedDictionary<string, string> ForAll(string service) => Of(ConfigurationLayers.ForAll(service));

    public ImmutableSortedDictionary<string, string> ForOne(string service, string environment) => Of(ConfigurationLayers.ForOne(service, environment));

    /// <summary>What both together set in an environment.</summary>
    public ImmutableSortedDictionary<string, string> Set(string service, string environment) => ForAll(service).SetItems(ForOne(service, environment));

    public bool IsSet(string service) => repo.Head.In(IntentPath.Configuration).Any(file => IsOf(file.Key, service));

    public ImmutableArray<SpecProblem> Problems(string service) =>
        [.. repo.Head.In(IntentPath.Configuration).Where(file => IsOf(file.Key, service)).SelectMany(file => Read(file.Key, file.Value).Problems)];

    /// <summary>What is wrong with a file that somebody pushes; null when it sets no variables.</summary>
    public static ImmutableArray<SpecProblem>? Check(string path, string text) =>
        path.StartsWith(IntentPath.Configuration, StringComparison.Ordinal) ? Read(path, text).Problems : null;

    public static (ImmutableSortedDictionary<string, string>? Read, ImmutableArray<SpecProblem> Problems) Read(string path, string text)
    {
        var problems = new ProblemList(path);
        if (!SpecText.IsReadable(text, problems) || new SpecTree(problems).Parse(text) is not { } root)
            return (problems.Count == 0 ? ConfigurationVersion.Nothing : null, problems.ToImmutable());
        if (root is SpecNode.Scalar { IsNull: true }) return (ConfigurationVersion.Nothing, []);
        var read = VariablesShape.Shape.Read(root, problems);
        return read.Ok && problems.Count == 0 ? (read.Value, []) : (null, problems.ToImmutable());
    }

    private static bool IsOf(string path, string service) => path == ConfigurationLayers.ForAll(service)
        || path.StartsWith($"{IntentPath.Configuration}{service}/", StringComparison.Ordinal);

    private ImmutableSortedDictionary<string, string> Of(string path)
    {
        if (repo.Head.Text(path) is not { } text) return ConfigurationVersion.Nothing;
        if (Read(path, text).Read is { } read) return _last[path] = read;
        return _last.GetValueOrDefault(path) ?? ConfigurationVersion.Nothing;
    }
}
