namespace Headway.Server.Intent;

/// <summary>All files of the state repo at one commit; it never changes.</summary>
public sealed class StateTree
{
    public static readonly StateTree Empty = new(null, StateFolder.Empty);
    private readonly StateFolder _root;

    private StateTree(string? commit, StateFolder root) => (Commit, _root) = (commit, root);

    /// <summary>Full object name; null before the first commit.</summary>
    public string? Commit { get; }

    public int Count => _root.Count;

    /// <summary>Text by path.</summary>
    public IEnumerable<KeyValuePair<string, string>> Files => _root.All("");

    public string? Text(string path) => _root.Text(path);

    /// <summary>Files in a folder such as `policies/` and below, by path; it costs what is in there and not what is beside it.</summary>
    public IEnumerable<KeyValuePair<string, string>> In(string folder) => _root.Below(folder.AsSpan().TrimEnd('/'))?.All($"{folder.TrimEnd('/')}/") ?? [];

    /// <summary>Whether the folder is the same in both; it costs nothing, since what did not change is shared.</summary>
    public bool IsSame(StateTree other, string folder)
    {
        var path = folder.AsSpan().TrimEnd('/');
        return ReferenceEquals(_root.Below(path), other._root.Below(path));
    }

    public bool HasSameFiles(StateTree other) => ReferenceEquals(_root, other._root) || Files.SequenceEqual(other.Files);

    /// <param name="files">Text by path; null removes it. A text that is there already changes nothing.</param>
    public StateTree With(string? commit, IEnumerable<KeyValuePair<string, string?>> files)
    {
        var root = _root;
        foreach (var (path, text) in files) root = root.With(path, text);
        return new(commit, root);
    }

    public StateTree At(string commit) => new(commit, _root);
}
