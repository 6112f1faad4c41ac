using Headway.Core.Access;

namespace Headway.Core.Intent;

/// <summary>What somebody needs who changes a file of the state repo, wherever they do it.</summary>
public readonly record struct PathRight(Act Act, string Service, string Environment)
{
    public static PathRight Of(string path)
    {
        if (IntentPath.LaneOf(path) is var (service, environment)) return new(Act.Configure, service, environment);
        if (path.StartsWith(IntentPath.Freezes, StringComparison.Ordinal)) return new(Act.Freeze, Grant.Any, Grant.Any);
        // What holds for all teams is not for those to change for whom it holds.
        return path.Split('/') switch
        {
            ["services", var of, ..] when of.Length > 0 => new(Act.Configure, of, Grant.Any),
            ["config", var file] when file.EndsWith(".yaml", StringComparison.Ordinal) => new(Act.Configure, file[..^".yaml".Length], Grant.Any),
            ["config", var of, var file] when file.EndsWith(".yaml", StringComparison.Ordinal) => new(Act.Configure, of, file[..^".yaml".Length]),
            ["policies" or "environments" or "groups", ..] => new(Act.Administer, Grant.Any, Grant.Any),
            _ => new(Act.Configure, Grant.Any, Grant.Any),
        };
    }
}
