using System.Text;
using System.Text.Json.Nodes;

namespace Headway.Server.Specs;

/// <summary>A key of a mapping. `startWithin` may be written `start within` as well.</summary>
internal abstract record Field(string Name, string Says, bool Required)
{
    public string Spaced { get; } = Space(Name);

    public bool Is(string key) => key == Name || key == Spaced;

    public abstract JsonObject Schema();

    /// <summary>The value, or null when it was not right (and was reported).</summary>
    public abstract object? Read(SpecNode node, ProblemList problems);

    private static string Space(string name)
    {
        var spaced = new StringBuilder();
        foreach (var letter in name)
            spaced.Append(char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : letter.ToString());
        return spaced.ToString();
    }
}

/// <param name="Default">What it is when it is not written.</param>
internal sealed record Field<T>(string Name, string Says, Shape<T> Shape, T Default, bool Required = false)
    : Field(Name, Says, Required)
{
    public override JsonObject Schema()
    {
        var schema = Shape.Schema();
        schema["description"] = Says;
        return schema;
    }

    public override object? Read(SpecNode node, ProblemList problems)
    {
        var found = Shape.Read(node, problems);
        return found.Ok ? found.Value : null;
    }
}
