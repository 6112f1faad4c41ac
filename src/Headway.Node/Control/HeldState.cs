using Headway.Core.Nodes;

namespace Headway.Node.Control;

/// <summary>
/// The desired state in force, on disk before it is obeyed, together with the fences that were obeyed: neither a
/// restart nor a late document can take the node back in time.
/// </summary>
internal sealed class HeldState
{
    private readonly string _path;
    private readonly Problems _problems;
    private volatile Held _held;

    public HeldState(string path, string node, Problems problems)
    {
        _path = path;
        _problems = problems;
        _held = AtomicFile.Read<Held>(path) ?? Held.Nothing(node);
        if (_held.Desired.Node != node)
            throw new InvalidOperationException(
                $"The data folder belongs to node `{_held.Desired.Node}`, not `{node}`. "
                + "Use another folder, or that name.");
    }

    public DesiredState Desired => _held.Desired;

    /// <summary>Takes a document in force. An error in writing is thrown: what is not kept is not obeyed.</summary>
    /// <returns>True when something changed.</returns>
    public bool Offer(DesiredState offered)
    {
        var (next, refusals) = _held.With(offered);
        _problems.Say("desired", refusals.IsEmpty ? null : string.Join(" ", refusals));
        if (ReferenceEquals(next, _held)) return false;
        AtomicFile.Write(_path, next);
        _held = next;
        return true;
    }
}
