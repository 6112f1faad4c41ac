using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Secrets;
using Headway.Core.Secrets.Masking;

namespace Headway.Server.Secrets;

/// <summary>
/// Masks what arrives once more. Nodes have masked it; this is for a node that could not, or did not want to.
/// </summary>
public sealed class SecretMasks(SecretStore store, SecretValues values)
{
    private const int MostKept = 64;
    private readonly ConcurrentDictionary<string, (long Generation, MaskAutomaton Automaton)> known = new();

    /// <summary>Null when there is nothing to look for.</summary>
    public MaskAutomaton? Of(ImmutableArray<SecretUse> uses)
    {
        if (uses.IsDefaultOrEmpty) return null;
        var names = uses.Select(use => use.Secret).Distinct().Order(StringComparer.Ordinal).ToArray();
        var (key, generation) = (string.Join('\n', names), store.Generation);
        if (!known.TryGetValue(key, out var made) || made.Generation != generation)
        {
            if (known.Count >= MostKept) known.Clear();
            made = known[key] = (generation, MaskAutomaton.OfSecrets(values.ToMask(names)));
        }
        return made.Automaton.IsEmpty ? null : made.Automaton;
    }

    public LogChunk Cover(LogChunk chunk, ImmutableArray<SecretUse> uses) => Of(uses) is not { } automaton ? chunk
        : chunk with { Lines = [.. chunk.Lines.Select(line => line with { Text = automaton.Cover(line.Text) })] };
}
