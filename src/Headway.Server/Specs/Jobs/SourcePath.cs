namespace Headway.Server.Specs.Jobs;

/// <summary>A path within the source.</summary>
internal static class SourcePath
{
    private static readonly Shape<string> Text = Shapes.Text("a path such as `out`");

    public static readonly Shape<string> Shape = new(Text.Schema, (node, problems) =>
    {
        var read = Text.Read(node, problems);
        if (!read.Ok || IsInside(read.Value)) return read;
        problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` leads out of the source",
            "a path within the source, such as `out`");
        return default;
    });

    public static bool IsInside(string path) =>
        !path.StartsWith('/') && !path.Contains('\\') && !path.Split('/').Contains("..");
}
