using System.Collections.Immutable;
using Headway.Core.Groups;
using Headway.Core.Intent;
using Headway.Server.Intent;
using Headway.Server.Journal;
using Headway.Server.Specs;

namespace Headway.Server.Groups;

/// <summary>The groups that the state repo has, read again when it changes; a file that cannot be read is shown and makes no group.</summary>
public sealed class GroupFiles(StateRepo repo, Ledger ledger)
{
    private const int Most = 100;
    private static readonly Field<ImmutableArray<string>> Services = new("services", "Services that are released together.", Shapes.List("services", Most, Shapes.Text("the name of a service")), [], Required: true);
    private static readonly Field<ImmutableArray<string>> Environments = new("environments", "Where; production when not written.", Shapes.List("environments", Most, Shapes.Text("the name of an environment")), ["production"]);
    private static readonly Shape<GroupSpec> Shape = MapShape.Of("a group", [Services, Environments], values =>
    {
        foreach (var twice in values.Get(Services).GroupBy(each => each).Where(each => each.Count() > 1))
            values.Problem(Services, $"`{twice.Key}` is in it twice", "each service once");
        if (values.Get(Services).Length == 1) values.Problem(Services, "one service is no group", "two or more");
        return new GroupSpec("", values.Get(Services), values.Get(Environments));
    });

    private readonly Lock _lock = new();
    private (string? Head, ImmutableArray<GroupSpec> Groups, ImmutableArray<SpecProblem> Problems)? _reading;

    public ImmutableArray<GroupSpec> All => Now.Groups;

    public ImmutableArray<SpecProblem> Problems => Now.Problems;

    public GroupSpec? Of(string service, string environment) =>
        All.FirstOrDefault(group => group.Services.Contains(service) && group.Environments.Contains(environment));

    /// <summary>The members in the order in which they come; or a sentence that says why there is none.</summary>
    public (ImmutableArray<string> Order, string? Problem) OrderOf(GroupSpec group)
    {
        if (group.Services.FirstOrDefault(each => ledger.Service(each) is null) is { } unknown) return ([], $"There is no service `{unknown}`, which group {group.Name} names.");
        var (order, circle) = GroupOrder.Of(group.Services, each => ledger.Service(each)?.Newest?.Spec.DependsOn is { IsDefault: false } others ? others : []);
        return (order, circle.IsEmpty ? null : $"{string.Join(", ", circle)} depend on each other in a circle, so none of them can come first.");
    }

    public static ImmutableArray<SpecProblem>? Check(string path, string text) =>
        path.StartsWith(IntentPath.Groups, StringComparison.Ordinal) ? Read(path, text).Problems : null;

    private (string? Head, ImmutableArray<GroupSpec> Groups, ImmutableArray<SpecProblem> Problems) Now
    {
        get
        {
            var head = repo.Head;
            lock (_lock) return _reading is { } known && known.Head == head.Commit ? known : (_reading = Read(head)).Value;
        }
    }

    private static (string? Head, ImmutableArray<GroupSpec> Groups, ImmutableArray<SpecProblem> Problems) Read(StateTree head)
    {
        var (groups, problems) = (ImmutableArray.CreateBuilder<GroupSpec>(), ImmutableArray.CreateBuilder<SpecProblem>());
        foreach (var (path, text) in head.In(IntentPath.Groups))
        {
            var (read, wrong) = Read(path, text);
            problems.AddRange(wrong);
            if (read is null) continue;
            // Who is in two groups in one environment would wait for both.
            if (groups.FirstOrDefault(other => other.Services.Intersect(read.Services).Any() && other.Environments.Intersect(read.Environments).Any()) is { } other)
                problems.Add(new(path, 1, 1, $"{other.Services.Intersect(read.Services).First()} is in group {other.Name} already", "each service in one group of an environment", null));
            else groups.Add(read);
        }
        return (head.Commit, groups.ToImmutable(), problems.ToImmutable());
    }

    private static (GroupSpec? Read, ImmutableArray<SpecProblem> Problems) Read(string path, string text)
    {
        var problems = new ProblemList(path);
        if (!SpecText.IsReadable(text, problems) || new SpecTree(problems).Parse(text) is not { } root) return (null, problems.ToImmutable());
        var read = Shape.Read(root, problems);
        return read.Ok && problems.Count == 0 ? (read.Value with { Name = Path.GetFileNameWithoutExtension(path) }, []) : (null, problems.ToImmutable());
    }
}
