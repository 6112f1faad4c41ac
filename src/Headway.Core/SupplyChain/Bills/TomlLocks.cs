namespace Headway.Core.SupplyChain.Bills;

/// <summary>Lock files that are lists of `[[package]]` in TOML: poetry.lock, uv.lock, Cargo.lock.</summary>
internal static class TomlLocks
{
    public static void ReadPoetry(string text, BillDraft draft)
    {
        var packages = TomlPackages.Read(text).Where(each => each.Name is not null && each.Version is not null).ToList();
        var versions = packages.GroupBy(each => PyPi.Normal(each.Name!), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Version!, StringComparer.Ordinal);
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var added = new List<string>();
        foreach (var package in packages.Where(each => !each.IsLocal))
        {
            var purl = draft.Add(PyPi.Component(PyPi.Normal(package.Name!), package.Version!, package.Sha256));
            added.Add(purl);
            foreach (var need in package.Needs.Select(each => PyPi.Normal(each.Split(' ')[0])))
                if (versions.TryGetValue(need, out var version))
                {
                    var at = Purl.Of("pypi", null, need, version);
                    needed.Add(at);
                    draft.Needs(purl, at);
                }
        }
        // What is asked for stands in pyproject.toml; what nobody else needs is certainly asked for.
        foreach (var purl in added.Where(each => !needed.Contains(each))) draft.Needs(BillDraft.Root, purl);
    }

    public static void ReadCargo(string text, BillDraft draft)
    {
        var packages = TomlPackages.Read(text).Where(each => each.Name is not null && each.Version is not null).ToList();
        var byName = packages.ToLookup(each => each.Name!, StringComparer.Ordinal);
        foreach (var package in packages)
        {
            // A crate without a source is one of the workspace: the service itself.
            var from = package.Source is null ? BillDraft.Root : draft.Add(new(PurlOf(package), null, package.Name!,
                package.Version!,
                package.Sha256 is [var hash] ? Component.None.Add("SHA-256", hash) : Component.None,
                Component.None.Add("headway:source", package.Source)));
            foreach (var words in package.Needs.Select(each => each.Split(' ')))
                if (byName[words[0]].FirstOrDefault(each => words.Length < 2 || each.Version == words[1]) is
                    { Source: not null } needed) draft.Needs(from, PurlOf(needed));
        }
    }

    private static string PurlOf(TomlPackage package) => Purl.Of("cargo", null, package.Name!, package.Version!);
}
