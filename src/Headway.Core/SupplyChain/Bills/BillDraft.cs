using System.Collections.Immutable;

namespace Headway.Core.SupplyChain.Bills;

/// <summary>What the lock files have named so far; the same package in two of them is one component.</summary>
internal sealed class BillDraft
{
    public const int MostComponents = 50_000;
    private readonly SortedDictionary<string, Component> _components = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> _needs = new(StringComparer.Ordinal);

    /// <summary>Stands for the service itself among those that need something.</summary>
    public const string Root = "";

    public IReadOnlyDictionary<string, Component> Components => _components;

    /// <summary>Only what is a component itself: a package of the project that another one needs is none.</summary>
    public IEnumerable<string> NeededBy(string of) =>
        _needs.TryGetValue(of, out var needs) ? needs.Where(_components.ContainsKey) : [];

    /// <summary>Throws <see cref="FormatException"/> when there are more components than anybody could look at.</summary>
    public string Add(Component component)
    {
        if (_components.TryGetValue(component.Purl, out var known))
            _components[component.Purl] = known.With(component);
        else if (_components.Count >= MostComponents)
            throw new FormatException($"more than {MostComponents} components");
        else
            _components[component.Purl] = component;
        return component.Purl;
    }

    public void Needs(string of, string what)
    {
        if (of == what) return;
        if (!_needs.TryGetValue(of, out var needs)) _needs[of] = needs = new(StringComparer.Ordinal);
        needs.Add(what);
    }
}

/// <param name="Hashes">Of the package's file, algorithm as CycloneDX names it and hexadecimal digits.</param>
/// <param name="Properties">What else the lock file says of it.</param>
internal sealed record Component(
    string Purl, string? Group, string Name, string Version, ImmutableSortedDictionary<string, string> Hashes,
    ImmutableSortedDictionary<string, string> Properties)
{
    public static readonly ImmutableSortedDictionary<string, string> None =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public Component With(Component other) =>
        this with { Hashes = Hashes.SetItems(other.Hashes), Properties = Properties.SetItems(other.Properties) };
}

/// <summary>Package URLs (github.com/package-url/purl-spec).</summary>
internal static class Purl
{
    public static string Of(string type, string? space, string name, string version) =>
        $"pkg:{type}/{(space is null ? "" : $"{string.Join('/', space.Split('/').Select(Uri.EscapeDataString))}/")}"
        + $"{Uri.EscapeDataString(name)}@{Uri.EscapeDataString(version).Replace("%3A", ":", StringComparison.Ordinal)}";
}
