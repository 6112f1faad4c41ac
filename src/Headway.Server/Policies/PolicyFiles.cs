using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Intent;
using Headway.Core.Policies;
using Headway.Server.Intent;
using Headway.Server.Specs;

namespace Headway.Server.Policies;

/// <summary>
/// The policies in force: those that are built in, and the files of the state repo, of which one takes the place of a built-in one of
/// its name. A file that cannot be read is shown, and what it said last stays in force.
/// </summary>
public sealed class PolicyFiles(StateRepo repo)
{
    private const string Cases = ".test.yaml";
    private readonly ConcurrentDictionary<string, Policy> _last = new();
    private readonly Lock _lock = new();
    private Reading? _reading;

    public ImmutableArray<Policy> All => Now.Policies;

    public ImmutableArray<SpecProblem> Problems => Now.Problems;

    private Reading Now
    {
        get
        {
            var head = repo.Head;
            lock (_lock) return _reading is { } known && known.Head == head.Commit ? known : _reading = Read(head);
        }
    }

    private Reading Read(StateTree head)
    {
        var problems = ImmutableArray.CreateBuilder<SpecProblem>();
        var policies = BuiltInPolicies.All.ToDictionary(policy => policy.Name);
        foreach (var (path, text) in head.In(IntentPath.Policies).Where(file => !file.Key.EndsWith(Cases, StringComparison.Ordinal)))
        {
            var (read, wrong) = PolicyShape.Read(path, text);
            problems.AddRange(wrong);
            if (read is not null) _last[path] = read;
            if (_last.TryGetValue(path, out var last)) policies[last.Name] = last;
        }
        return new(head.Commit, [.. policies.Values.OrderBy(policy => policy.Name, StringComparer.Ordinal)], problems.ToImmutable());
    }

    private sealed record Reading(string? Head, ImmutableArray<Policy> Policies, ImmutableArray<SpecProblem> Problems);
}
