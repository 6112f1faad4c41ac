using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Headway.Core;

namespace Headway.Server.Specs.Templates;

/// <summary>Values of parameters, and their place in the jobs: `${{ name }}` anywhere in a value.</summary>
internal sealed partial class Filling(Template template, ImmutableDictionary<string, string> values)
{
    [GeneratedRegex(@"\$\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Place { get; }

    /// <summary>Values that any service could give, to try the template with.</summary>
    public static Filling Example(Template template) => new(template,
        template.Parameters.ToImmutableDictionary(parameter => parameter.Name, parameter => parameter.Example));

    /// <summary>What a service gives under `with:`; everything that is wrong is reported at its place.</summary>
    public static Filling Of(Template template, SpecNode use, SpecNode? with, ProblemList problems)
    {
        var values = template.Parameters.Where(parameter => parameter.Default is not null)
            .ToImmutableDictionary(parameter => parameter.Name, parameter => parameter.Default!);
        var given = with as SpecNode.Map ?? new SpecNode.Map(use.At, []);
        if (with is not (null or SpecNode.Map or SpecNode.Scalar { IsNull: true }))
            problems.Add(with.At, $"`with` cannot be {with.Kind}", "parameters with their values");
        var names = template.Parameters.Select(parameter => parameter.Name).ToArray();
        foreach (var entry in given.Entries)
        {
            var parameter = Array.Find([.. template.Parameters], each => each.Name == entry.Key.Text);
            if (parameter is null)
                problems.Add(entry.Key.At, $"{template.Id} has no parameter `{SpecNode.Shorten(entry.Key.Text)}`",
                    names.Length == 0 ? "no `with`, since it has none" : string.Join(", ", names.Select(name => $"`{name}`")),
                    NearestWord.To(entry.Key.Text, names));
            else if (entry.Value is not SpecNode.Scalar { IsNull: false } value)
                problems.Add(entry.Value.At, $"`{parameter.Name}` cannot be {entry.Value.Kind}", "one value");
            else if (TemplateShape.WhyNot(parameter, value.Text) is { } wrong)
                problems.Add(value.At, wrong.Says, wrong.Expected, NearestWord.To(value.Text, parameter.Of));
            else values = values.SetItem(parameter.Name, value.Text);
        }
        foreach (var missing in names.Where(name => !values.ContainsKey(name)
            && given.Entries.All(entry => entry.Key.Text != name)))
            problems.Add(use.At, $"{template.Id} needs the parameter `{missing}`", $"`with: {{ {missing}: ... }}`");
        return new(template, values);
    }

    /// <param name="at">Where everything is said to stand; null: where it stands in the template.</param>
    public SpecNode Fill(SpecNode node, Mark? at, ProblemList problems) => node switch
    {
        SpecNode.Map map => new SpecNode.Map(at ?? map.At, [.. map.Entries.Select(entry => new SpecNode.Entry(
            entry.Key with { At = at ?? entry.Key.At }, Fill(entry.Value, at, problems)))]),
        SpecNode.List list => new SpecNode.List(at ?? list.At, [.. list.Items.Select(item => Fill(item, at, problems))]),
        SpecNode.Scalar scalar => Fill(scalar with { At = at ?? scalar.At }, problems),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private SpecNode.Scalar Fill(SpecNode.Scalar scalar, ProblemList problems)
    {
        if (!scalar.Text.Contains("${{", StringComparison.Ordinal)) return scalar;
        foreach (Match match in Place.Matches(scalar.Text))
            if (!values.ContainsKey(match.Groups[1].Value) && !IsParameter(match.Groups[1].Value))
                problems.Add(scalar.At, $"`{match.Value}` names no parameter of {template.Id}",
                    string.Join(", ", template.Parameters.Select(each => $"`{each.Name}`")),
                    NearestWord.To(match.Groups[1].Value, template.Parameters.Select(each => each.Name)));
        var filled = Place.Replace(scalar.Text, match => values.GetValueOrDefault(match.Groups[1].Value, match.Value));
        var whole = Place.Match(scalar.Text) is { Success: true } only && only.Length == scalar.Text.Length
            ? template.Parameters.FirstOrDefault(each => each.Name == only.Groups[1].Value) : null;
        // A value that is a parameter and nothing else has the parameter's type.
        var quoted = whole is null ? scalar.Quoted : whole.Type is ParameterType.Text or ParameterType.Choice;
        return scalar with { Text = filled, Quoted = quoted };
    }

    private bool IsParameter(string name) => template.Parameters.Any(parameter => parameter.Name == name);
}
