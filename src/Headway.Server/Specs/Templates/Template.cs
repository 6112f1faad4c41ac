using System.Collections.Immutable;
using Headway.Core.Services;

namespace Headway.Server.Specs.Templates;

/// <summary>Jobs that many services share, with what each of them may choose.</summary>
/// <param name="Extend">Keys that a service may add to a job of the template, by job.</param>
internal sealed record Template(
    string Name, string Version, string Says, string Digest, ImmutableArray<Parameter> Parameters,
    ImmutableArray<(string Job, ImmutableArray<string> Keys)> Extend, SpecNode.Map Build)
{
    public string Id => $"{Name}@{Version}";

    public TemplateUsed Used => new(Name, Version, Digest);

    public bool MayExtend(string job, string key) =>
        Extend.Any(each => each.Job == job && each.Keys.Contains(key));
}

internal enum ParameterType { Text, Number, Bool, Choice }

/// <param name="Of">Words of a choice.</param>
/// <param name="Pattern">A regular expression that the whole of a text has to match.</param>
/// <param name="Default">Null: it has to be given.</param>
internal sealed record Parameter(
    string Name, ParameterType Type, ImmutableArray<string> Of, string? Pattern, string? Default)
{
    /// <summary>Some value that it may have, to try the template with.</summary>
    public string Example => Default ?? Type switch
    {
        ParameterType.Number => "1",
        ParameterType.Bool => "true",
        ParameterType.Choice => Of.FirstOrDefault("x"),
        _ => "x",
    };
}
