using System.Collections.Immutable;
using Headway.Core.Services;
using Headway.Server.Specs;

namespace Headway.Server.Rules;

/// <summary>Reads headway.yaml as this server's rules have it: with its templates, and with what it requires.</summary>
public sealed class SpecRules(TemplateBook templates, RequirementBook requirements)
{
    public SpecReading Read(string fileName, string yaml) => SpecReader.Read(fileName, yaml, templates.Known);

    /// <summary>Everything that is required and missing now, or null.</summary>
    public string? WhyRefused(ServiceSpec spec) =>
        Lines(requirements.MissingIn(spec).Where(missing => missing.RefusedFrom is null));

    /// <summary>What will be refused from a day on, or null.</summary>
    public string? Warning(ServiceSpec spec) =>
        Lines(requirements.MissingIn(spec).Where(missing => missing.RefusedFrom is not null));

    public ImmutableArray<MissingPart> MissingIn(ServiceSpec spec) => requirements.MissingIn(spec);

    private static string? Lines(IEnumerable<MissingPart> missing) =>
        string.Join('\n', missing) is { Length: > 0 } lines ? lines : null;
}
