using System.Collections.Immutable;
using Headway.Core.Evidence.Journeys;

namespace Headway.Server.Specs.Signals;

/// <summary>What a step sends: `json`, `form` or `body`.</summary>
internal static class BodyShape
{
    private const int FormLimit = 50, TextLimit = 64 * 1024;

    private static readonly Field<string?> Json = new(
        "json", "Body as JSON, written in YAML; a value that is `\"{name}\"` alone keeps its kind.",
        JsonValueShape.Any.Select(text => (string?)text), null);

    private static readonly Field<ImmutableSortedDictionary<string, string>> Form = new(
        "form", "Body as a form: names and values.", TextMapShape.Of("`form`", FormLimit), TextMapShape.None);

    private static readonly Field<string?> Text = new(
        "body", "Body as text.", Shapes.Value.Select(text => (string?)text), null);

    private static readonly Field<string?> Type = new(
        "type", "Content type of `body` (text/plain when not written).",
        Shapes.Text("a content type such as `application/xml`").Select(text => (string?)text), null);

    public static readonly ImmutableArray<Field> Fields = [Json, Form, Text, Type];

    public static StepBody? Of(MapValues values)
    {
        var written = new Field[] { Json, Form, Text }.Where(values.Has).ToList();
        foreach (var second in written.Skip(1))
            values.Problem(second, $"`{written[0].Name}` and `{second.Name}` are two bodies", "one of `json`, `form` and `body`");
        if (values.Has(Type) && !values.Has(Text))
            values.Problem(Type, "`type` means nothing without `body`");
        var body = values.Has(Json) ? new StepBody(StepBody.Json, values.Get(Json) ?? "null")
            : values.Has(Form) ? new(StepBody.Form, Encoded(values.Get(Form)))
            : values.Has(Text) ? new StepBody(values.Get(Type) ?? StepBody.Plain, values.Get(Text) ?? "") : null;
        if (body?.Text.Length > TextLimit)
            values.Problem(written[0], $"the body has {body.Text.Length} characters", $"at most {TextLimit}");
        return body;
    }

    /// <summary>Encoded but for the placeholders, whose values are encoded when they are put in.</summary>
    private static string Encoded(ImmutableSortedDictionary<string, string> form) => string.Join('&', form.Select(
        pair => $"{Encoded(pair.Key)}={Encoded(pair.Value)}"));

    private static string Encoded(string text) =>
        Template.NamesIn(text).Aggregate(Uri.EscapeDataString(text), (encoded, name) =>
            encoded.Replace(Uri.EscapeDataString($"{{{name}}}"), $"{{{name}}}", StringComparison.Ordinal));
}
