using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Delivery;
using Headway.Core.Intent;
using Headway.Server.Intent;
using Headway.Server.Specs;

namespace Headway.Server.Delivery;

/// <summary>
/// Rules of environments and freezes as the state repo has them. A file that cannot be read is a problem that is shown; what it
/// said when it could be read last stays in force.
/// </summary>
public sealed class DeliveryFiles(StateRepo repo)
{
    private readonly ConcurrentDictionary<string, DeliveryRules> _lastRules = new();
    private readonly ConcurrentDictionary<string, Freeze> _lastFreezes = new();
    private readonly Lock _lock = new();
    private Reading? _reading;

    public ImmutableArray<Freeze> Freezes => Now.Freezes;

    public ImmutableArray<SpecProblem> Problems => Now.Problems;

    public DeliveryRules Of(string environment) => Now.Rules.GetValueOrDefault(environment) ?? DeliveryRules.None;

    /// <summary>What is wrong with a file that somebody pushes; null when it is of no environment and no freeze.</summary>
    public static ImmutableArray<SpecProblem>? Check(string path, string text) =>
        path.StartsWith(IntentPath.Environments, StringComparison.Ordinal) ? EnvironmentFile.Read(path, text).Problems
        : path.StartsWith(IntentPath.Freezes, StringComparison.Ordinal) ? FreezeFile.Read(path, text).Problems : null;

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
        var rules = ImmutableDictionary.CreateBuilder<string, DeliveryRules>();
        foreach (var (path, text) in head.In(IntentPath.Environments))
        {
            var (read, wrong) = EnvironmentFile.Read(path, text);
            problems.AddRange(wrong);
            if (read is not null) _lastRules[path] = read;
            if (_lastRules.TryGetValue(path, out var last)) rules[Path.GetFileNameWithoutExtension(path)] = last;
        }
        var freezes = ImmutableArray.CreateBuilder<Freeze>();
        foreach (var (path, text) in head.In(IntentPath.Freezes))
        {
            var (read, wrong) = FreezeFile.Read(path, text);
            problems.AddRange(wrong);
            if (read is not null) _lastFreezes[path] = read;
            if (_lastFreezes.TryGetValue(path, out var last)) freezes.Add(last);
        }
        return new(head.Commit, rules.ToImmutable(), freezes.ToImmutable(), problems.ToImmutable());
    }

    private sealed record Reading(
        string? Head, ImmutableDictionary<string, DeliveryRules> Rules, ImmutableArray<Freeze> Freezes, ImmutableArray<SpecProblem> Problems);
}
