using System.Collections.Immutable;

namespace Headway.Node.Control;

/// <summary>What is wrong now, by subject, as whole sentences for people. Saying null takes a problem back.</summary>
public sealed class Problems
{
    private ImmutableSortedDictionary<string, string> _bySubject =
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    public ImmutableArray<string> All => [.. _bySubject.Values];

    public void Say(string subject, string? sentence) =>
        ImmutableInterlocked.Update(ref _bySubject,
            known => sentence is null ? known.Remove(subject) : known.SetItem(subject, sentence));
}
