using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Headway.Core;
using Headway.Core.Services;

namespace Headway.Server.Specs.Templates;

/// <summary>Templates that a headway.yaml may use, read once.</summary>
public sealed class KnownTemplates
{
    /// <summary>The longest text of a template.</summary>
    public const int LimitInCharacters = 64 * 1024;

    public static readonly KnownTemplates None = new([]);

    private KnownTemplates(ImmutableArray<Template> all) => All = all;

    internal ImmutableArray<Template> All { get; }

    /// <summary>Of texts that were found right when they were added.</summary>
    public static KnownTemplates Of(IEnumerable<string> texts) =>
        new([.. texts.Select(text => Parse("template", text, new("template"))).OfType<Template>()]);

    /// <summary>These and one more, if there is nothing wrong with it.</summary>
    public (KnownTemplates Known, TemplateEvent.Added? Added, ImmutableArray<SpecProblem> Problems) With(
        string fileName, string text)
    {
        var problems = new ProblemList(fileName);
        var template = Parse(fileName, text, problems);
        if (template is null || problems.Count > 0) return (this, null, problems.ToImmutable());
        var known = new KnownTemplates(All.Add(template));
        new TemplateTrial(known, problems).Try(template);
        return problems.Count > 0 ? (this, null, problems.ToImmutable())
            : (known, new(template.Name, template.Version, template.Says, text, template.Digest), []);
    }

    /// <summary>The newest version that is meant, or why there is none.</summary>
    internal (Template? Found, string Says, string? Nearest) Find(string name, string version)
    {
        var named = All.Where(template => template.Name == name).ToList();
        if (named.Count == 0)
            return (null, $"there is no template `{SpecNode.Shorten(name)}`",
                NearestWord.To(name, All.Select(template => template.Name).Distinct()));
        named.Sort((a, b) => TemplateName.Order(b.Version, a.Version));
        return named.Find(template => TemplateName.Means(version, template.Version)) is { } found ? (found, "", null)
            : (null, $"the template `{name}` has no version {SpecNode.Shorten(version)}, only "
                + string.Join(", ", named.Take(5).Select(template => template.Version)), null);
    }

    private static Template? Parse(string fileName, string text, ProblemList problems)
    {
        if (text.Length > LimitInCharacters)
            problems.Add(new(1, 1), $"the template has {text.Length / 1024:N0} KB", $"at most {LimitInCharacters / 1024} KB");
        if (problems.Count > 0 || !SpecText.IsReadable(text, problems)) return null;
        if (new SpecTree(problems).Parse(text) is not { } root) return null;
        var read = TemplateShape.Shape.Read(root, problems);
        return read.Ok ? read.Value with
        {
            Digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}",
        } : null;
    }
}
