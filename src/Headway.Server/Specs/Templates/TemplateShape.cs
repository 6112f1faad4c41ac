using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Headway.Core.Services;

namespace Headway.Server.Specs.Templates;

/// <summary>A file that describes a template.</summary>
internal static class TemplateShape
{
    /// <summary>
    /// What a text may hold where the template says nothing: values are put into commands, and a team must not be able to turn a
    /// part of a template off with one.
    /// </summary>
    private const string Plain = "[A-Za-z0-9_./@:=,+ -]*";

    private const int ParameterLimit = 30, ChoiceLimit = 50, PatternLimit = 200, ExtendLimit = 50;

    private static readonly Shape<string> Text = Shapes.Text("text");

    private static readonly Field<string> Name = new("template", "Name of the template.", Named(), "", Required: true);

    private static readonly Field<string> Version = new(
        "version", "Three numbers, such as 2.1.0.", Full(), "", Required: true);

    private static readonly Field<string> Says = new("says", "What it is for, in a sentence.", Text, "");

    private static readonly Field<string> Type = new(
        "type", "`text` (when not written), `number`, `bool` or `choice`.",
        Shapes.Word("text", "number", "bool", "choice"), "text");

    private static readonly Field<ImmutableArray<string>> Of = new(
        "of", "Words of a choice.", Shapes.List("of", ChoiceLimit, Text), []);

    private static readonly Field<string?> Pattern = new(
        "pattern", "A regular expression that the whole of a text has to match.",
        Text.Select(pattern => (string?)pattern), null);

    private static readonly Field<string?> Default = new(
        "default", "Its value when none is given; without one it has to be.",
        Shapes.Value.Select(value => (string?)value), null);

    private static readonly Shape<Parameter> Parameter = MapShape.Of(
        "a parameter", [Type, Of, Pattern, Default, Says], values =>
        {
            var type = Enum.Parse<ParameterType>(values.Get(Type), ignoreCase: true);
            var parameter = new Parameter("", type, values.Get(Of), values.Get(Pattern), values.Get(Default));
            if (values.Has(Of) != type is ParameterType.Choice)
                values.Problem(Of, "`of` lists the words of a choice", "`type: choice` with `of: [a, b]`");
            if (parameter.Pattern is { } pattern && (type is not ParameterType.Text || Compiled(pattern) is null))
                values.Problem(Pattern, "this is no pattern of a text", "a regular expression such as `[a-z/]+`");
            else if (values.Has(Default) && WhyNot(parameter, parameter.Default!) is { } wrong)
                values.Problem(Default, wrong.Says, wrong.Expected);
            return parameter;
        });

    private static readonly Field<ImmutableArray<Parameter>> Parameters = new(
        "parameters", "What a service may choose.",
        NamedShape.Of("`parameters`", NamedShape.Variable, "letters, digits and `_`", ParameterLimit, Parameter)
            .Select(read => read.Select(each => each.Value with { Name = each.Name }).ToImmutableArray()), []);

    private static readonly Field<ImmutableArray<(string, ImmutableArray<string>)>> Extend = new(
        "extend", "Keys that a service may add to jobs: `{ test: [timeout, env] }`.",
        NamedShape.Of("`extend`", NamedShape.Name, NamedShape.NameSays, ExtendLimit,
                Shapes.List("extend", ExtendLimit, Text))
            .Select(read => read.Select(each => (each.Name, each.Value)).ToImmutableArray()), []);

    private static readonly Field<SpecNode?> Build = new("build", "Jobs, as in headway.yaml.", Anything(), null, Required: true);

    public static readonly Shape<Template> Shape = MapShape.Of(
        "a template", [Name, Version, Says, Parameters, Extend, Build], values =>
        {
            if (values.Get(Build) is not SpecNode.Map { Entries.IsEmpty: false } build)
            {
                if (values.Has(Build)) values.Problem(Build, "the template has no job", "`build: { test: { run: ... } }`");
                build = new(values.At, []);
            }
            return new Template(values.Get(Name), values.Get(Version), values.Get(Says), "", values.Get(Parameters),
                values.Get(Extend), build);
        });

    /// <summary>Why a value does not fit a parameter, or null.</summary>
    public static (string Says, string Expected)? WhyNot(Parameter parameter, string value) => parameter.Type switch
    {
        ParameterType.Number when !int.TryParse(value, out _) => ($"`{SpecNode.Shorten(value)}` is no number", "a whole number"),
        ParameterType.Bool when value is not ("true" or "false") =>
            ($"`{SpecNode.Shorten(value)}` is neither true nor false", "`true` or `false`"),
        ParameterType.Choice when !parameter.Of.Contains(value) => ($"`{SpecNode.Shorten(value)}` cannot be chosen",
            string.Join(" or ", parameter.Of.Select(word => $"`{word}`"))),
        ParameterType.Text when value.Length > 1000 => ("the text is too long", "at most 1,000 characters"),
        ParameterType.Text when parameter.Pattern is { } pattern && Compiled(pattern)?.IsMatch(value) is not true =>
            ($"`{SpecNode.Shorten(value)}` does not match `{pattern}`", $"text that matches `{pattern}`"),
        ParameterType.Text when parameter.Pattern is null && Compiled(Plain)!.IsMatch(value) is not true =>
            ($"`{SpecNode.Shorten(value)}` has a character that a command could take for more than text",
                "letters, digits, spaces and `_./@:=,+-`; for more the template has to give the parameter a `pattern`"),
        _ => null,
    };

    /// <summary>Whatever the pattern is, matching takes time in proportion to the text.</summary>
    private static Regex? Compiled(string pattern)
    {
        if (pattern.Length > PatternLimit) return null;
        try { return new($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant); }
        catch (Exception e) when (e is ArgumentException or NotSupportedException) { return null; }
    }

    private static Shape<string> Named() => Checked(NamedShape.Name.IsMatch, "cannot be the name of a template", NamedShape.NameSays);

    private static Shape<string> Full() => Checked(TemplateName.IsFull, "is no version", "three numbers, such as `2.1.0`");

    private static Shape<string> Checked(Func<string, bool> isRight, string says, string expected) => new(Text.Schema,
        (node, problems) =>
        {
            var read = Text.Read(node, problems);
            if (!read.Ok || isRight(read.Value)) return read;
            problems.Add(node.At, $"`{SpecNode.Shorten(read.Value)}` {says}", expected);
            return default;
        });

    private static Shape<SpecNode?> Anything() => new(() => new JsonObject(), (node, _) => Found.It<SpecNode?>(node));
}
