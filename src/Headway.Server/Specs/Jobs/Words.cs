using System.Text.RegularExpressions;

namespace Headway.Server.Specs.Jobs;

/// <summary>Texts of a job with a form of their own.</summary>
internal static class Words
{
    /// <param name="pattern">Without anything that takes long on a bad text.</param>
    public static Shape<string> Matching(string expected, string pattern, string says)
    {
        var text = Shapes.Text(expected);
        var allowed = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        return new(
            () =>
            {
                var schema = text.Schema();
                schema["pattern"] = pattern;
                return schema;
            },
            (node, problems) =>
            {
                var read = text.Read(node, problems);
                if (!read.Ok || (allowed.IsMatch(read.Value) && !read.Value.EndsWith('\n'))) return read;
                problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` is not right here", $"{expected}: {says}");
                return default;
            });
    }

    /// <summary>A path that stays inside the source.</summary>
    public static Shape<string> Inside(string expected)
    {
        var text = Shapes.Text(expected);
        return new(text.Schema, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok) return default;
            if (IsInside(read.Value)) return Found.It(read.Value);
            problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` leads out of the source", expected);
            return default;
        });
    }

    public static bool IsInside(string path) =>
        !path.StartsWith('/') && !path.Contains('\\') && !path.Contains('\n') && !path.Split('/').Contains("..");
}
