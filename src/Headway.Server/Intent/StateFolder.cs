using System.Collections.Immutable;

namespace Headway.Server.Intent;

/// <summary>A folder of the state repo as git has them: a change makes the folders on its way anew and shares all others.</summary>
internal sealed record StateFolder(ImmutableSortedDictionary<string, string> Files, ImmutableSortedDictionary<string, StateFolder> Folders)
{
    public static readonly StateFolder Empty = new(
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal),
        ImmutableSortedDictionary<string, StateFolder>.Empty.WithComparers(StringComparer.Ordinal));

    /// <summary>Files in it and below.</summary>
    public int Count { get; } = Files.Count + Folders.Values.Sum(folder => folder.Count);

    public string? Text(ReadOnlySpan<char> path)
    {
        var slash = path.IndexOf('/');
        return slash < 0 ? Files.GetValueOrDefault(path.ToString())
            : Folders.GetValueOrDefault(path[..slash].ToString())?.Text(path[(slash + 1)..]);
    }

    /// <summary>Null where there is no such folder.</summary>
    public StateFolder? Below(ReadOnlySpan<char> path)
    {
        if (path.IsEmpty) return this;
        var slash = path.IndexOf('/');
        var name = slash < 0 ? path : path[..slash];
        return Folders.GetValueOrDefault(name.ToString())?.Below(slash < 0 ? [] : path[(slash + 1)..]);
    }

    /// <summary>Files by path, each after `prefix`.</summary>
    public IEnumerable<KeyValuePair<string, string>> All(string prefix) =>
        Files.Select(file => KeyValuePair.Create(prefix + file.Key, file.Value))
            .Concat(Folders.SelectMany(folder => folder.Value.All($"{prefix}{folder.Key}/")));

    /// <param name="text">Null removes it.</param>
    public StateFolder With(ReadOnlySpan<char> path, string? text)
    {
        var slash = path.IndexOf('/');
        var name = (slash < 0 ? path : path[..slash]).ToString();
        if (slash < 0)
        {
            var files = text is null ? Files.Remove(name) : Files.SetItem(name, text);
            return ReferenceEquals(files, Files) ? this : new(files, Folders);
        }
        var known = Folders.GetValueOrDefault(name);
        var below = (known ?? Empty).With(path[(slash + 1)..], text);
        if (ReferenceEquals(below, known ?? Empty)) return this;
        return new(Files, below.Count == 0 ? Folders.Remove(name) : Folders.SetItem(name, below));
    }
}
