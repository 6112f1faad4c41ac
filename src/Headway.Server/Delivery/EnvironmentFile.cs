using System.Collections.Immutable;
using Headway.Core.Delivery;
using Headway.Server.Specs;

namespace Headway.Server.Delivery;

/// <summary>What holds for all services in an environment: `environments/ENVIRONMENT.yaml` of the state repo.</summary>
internal static class EnvironmentFile
{
    private static readonly Shape<DeliveryRules> Shape = MapShape.Of("an environment's file", DeliveryShape.Fields, DeliveryShape.Of);

    public static (DeliveryRules? Read, ImmutableArray<SpecProblem> Problems) Read(string path, string text)
    {
        var problems = new ProblemList(path);
        if (!SpecText.IsReadable(text, problems) || new SpecTree(problems).Parse(text) is not { } root)
            return (problems.Count == 0 ? DeliveryRules.None : null, problems.ToImmutable());
        var read = Shape.Read(root, problems);
        return read.Ok && problems.Count == 0 ? (read.Value, []) : (null, problems.ToImmutable());
    }
}
