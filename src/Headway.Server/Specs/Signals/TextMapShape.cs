using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Headway.Core.Evidence.Journeys;

namespace Headway.Server.Specs.Signals;

/// <summary>A mapping of names to text, in three uses: form fields, headers, and extracted values.</summary>
internal static partial class TextMapShape
{
    public static readonly ImmutableSortedDictionary<string, string> None =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    [GeneratedRegex(@"^[\s\S]{1,200}$", RegexOptions.CultureInvariant)]
    private static partial Regex AnyName { get; }

    [GeneratedRegex("^[A-Za-z0-9!#$%&'*+.^_|~-]{1,100}$", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderName { get; }

    private static readonly Shape<string> Path = new(
        () => new JsonObject { ["type"] = "string", ["pattern"] = "^\\$" },
        (node, problems) => node is SpecNode.Scalar scalar && IsPath(scalar, problems) ? Found.It(scalar.Text) : default);

    public static Shape<ImmutableSortedDictionary<string, string>> Of(string what, int limit) =>
        Map(NamedShape.Of(what, AnyName, "at most 200 characters", limit, Shapes.Value));

    /// <param name="own">Names that are taken.</param>
    public static Shape<ImmutableSortedDictionary<string, string>> Headers(
        string what, int limit, ImmutableArray<string> own)
    {
        var named = NamedShape.Of(what, HeaderName, "the name of a header", limit, Shapes.Value);
        return Map(new(named.Schema, (node, problems) =>
        {
            var read = named.Read(node, problems);
            if (!read.Ok) return read;
            foreach (var one in read.Value)
                if (own.Contains(one.Name, StringComparer.OrdinalIgnoreCase))
                    problems.Add(one.Key.At, $"`{one.Name}` is set by Headway", "another name");
                else if (one.Value.Any(char.IsControl))
                    problems.Add(one.Written.At, $"`{one.Name}` has a line feed or another control character in it", "one line");
            return read;
        }));
    }

    public static Shape<ImmutableSortedDictionary<string, string>> Paths(string what, int limit) =>
        Map(NamedShape.Of(what, Template.Name, Template.NameSays, limit, Path));

    public static bool IsPath(SpecNode.Scalar scalar, ProblemList problems)
    {
        if (JsonPath.Parse(scalar.Text) is not null) return true;
        problems.Add(scalar.At, $"`{SpecNode.Shorten(scalar.Text)}` is no JSON path",
            "a path to one value such as `$.items[0].id`", scalar.Text.StartsWith('$') ? null : Guess(scalar.Text));
        return false;
    }

    private static string? Guess(string text) => JsonPath.Parse($"$.{text}") is null ? null : $"$.{text}";

    private static Shape<ImmutableSortedDictionary<string, string>> Map(Shape<ImmutableArray<Named<string>>> named) =>
        named.Select(read => None.AddRange(read.Select(one => KeyValuePair.Create(one.Name, one.Value))));
}
