using System.Collections.Immutable;

namespace Headway.Server.Specs;

/// <summary>`env:`, a mapping of names to text.</summary>
internal static class VariablesShape
{
    private const int Limit = 100;
    private const string NameSays = "letters, digits and `_`, not beginning with a digit";

    public static readonly ImmutableSortedDictionary<string, string> None =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private static readonly Shape<ImmutableArray<Named<string>>> Variables =
        NamedShape.Of("`env`", NamedShape.Variable, NameSays, Limit, Shapes.Value);

    public static readonly Shape<ImmutableSortedDictionary<string, string>> Shape = new(
        Variables.Schema,
        (node, problems) =>
        {
            var read = Variables.Read(node, problems);
            if (!read.Ok) return default;
            foreach (var own in read.Value.Where(variable => variable.Name is "PORT"
                || variable.Name.StartsWith("HEADWAY_")))
                problems.Add(own.Key.At, $"`{own.Name}` is set by Headway", "another name");
            return Found.It(None.AddRange(read.Value.Select(
                variable => KeyValuePair.Create(variable.Name, variable.Value))));
        });
}
