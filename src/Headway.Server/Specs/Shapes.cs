using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Headway.Core;

namespace Headway.Server.Specs;

/// <summary>The plain shapes that others are built of.</summary>
internal static class Shapes
{
    /// <summary>Text that is not blank.</summary>
    /// <param name="expected">For the error and the schema, with an example.</param>
    public static Shape<string> Text(string expected) => new(
        () => new JsonObject { ["type"] = "string", ["minLength"] = 1 },
        (node, problems) =>
        {
            if (node is SpecNode.Scalar { IsNull: false } scalar && scalar.Text.Trim().Length > 0)
                return Found.It(scalar.Text.Trim());
            problems.Add(node.At, $"this cannot be {node.Kind}", expected);
            return default;
        });

    /// <summary>Any scalar as text, also an empty one: the value of a variable.</summary>
    public static readonly Shape<string> Value = new(
        () => new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "null") },
        (node, problems) =>
        {
            if (node is SpecNode.Scalar scalar) return Found.It(scalar.IsNull ? "" : scalar.Text);
            problems.Add(node.At, $"a variable cannot be {node.Kind}", "text");
            return default;
        });

    public static Shape<string> Word(params ImmutableArray<string> words) => new(
        () => new JsonObject { ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) },
        (node, problems) =>
        {
            if (node is SpecNode.Scalar scalar && words.Contains(scalar.Text)) return Found.It(scalar.Text);
            problems.Add(node.At, $"{node.Kind} has no meaning here", string.Join(" or ", words.Select(w => $"`{w}`")),
                node is SpecNode.Scalar near ? NearestWord.To(near.Text, words) : null);
            return default;
        });

    public static readonly Shape<bool> Bool = new(
        () => new JsonObject { ["type"] = "boolean" },
        (node, problems) =>
        {
            if (node is SpecNode.Scalar { Quoted: false, Text: "true" or "false" } scalar)
                return Found.It(scalar.Text == "true");
            problems.Add(node.At, $"this cannot be {node.Kind}", "`true` or `false`");
            return default;
        });

    public static Shape<int> Whole(int least, int most) => new(
        () => new JsonObject { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most },
        (node, problems) =>
        {
            if (node is SpecNode.Scalar { Quoted: false } scalar
                && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                    out var number)
                && number >= least && number <= most)
                return Found.It(number);
            problems.Add(node.At, $"this cannot be {node.Kind}", $"a whole number from {least} to {most}");
            return default;
        });

    public static Shape<double> Number(double least, double most) => new(
        () => new JsonObject { ["type"] = "number", ["minimum"] = least, ["maximum"] = most },
        (node, problems) =>
        {
            if (node is SpecNode.Scalar { Quoted: false } scalar && Quantity.Number(scalar.Text) is { } number
                && number >= least && number <= most)
                return Found.It(number);
            problems.Add(node.At, $"this cannot be {node.Kind}", $"a number from {least} to {most}");
            return default;
        });

    public static Shape<ImmutableArray<T>> List<T>(string what, int limit, Shape<T> item) => new(
        () => new JsonObject { ["type"] = "array", ["maxItems"] = limit, ["items"] = item.Schema() },
        (node, problems) =>
        {
            if (node is not SpecNode.List list)
            {
                problems.Add(node.At, $"{what} cannot be {node.Kind}", "a list such as `[a, b]`");
                return default;
            }
            if (list.Items.Length > limit)
                problems.Add(list.At, $"{what} has {list.Items.Length} entries", $"at most {limit}");
            var read = list.Items.Take(limit).Select(entry => item.Read(entry, problems)).ToList();
            return Found.It(read.Where(found => found.Ok).Select(found => found.Value).ToImmutableArray());
        });

    /// <summary>The first shape when `takesFirst` says so of what was written, else the second.</summary>
    public static Shape<T> Either<T>(Func<SpecNode, bool> takesFirst, Shape<T> first, Shape<T> second) => new(
        () => new JsonObject { ["anyOf"] = new JsonArray(first.Schema(), second.Schema()) },
        (node, problems) => takesFirst(node) ? first.Read(node, problems) : second.Read(node, problems));

    /// <summary>The same place in the file, read as something else.</summary>
    public static Shape<TTo> Select<TFrom, TTo>(this Shape<TFrom> shape, Func<TFrom, TTo> to) => new(
        shape.Schema,
        (node, problems) => shape.Read(node, problems) is { Ok: true } read ? Found.It(to(read.Value)) : default);
}
