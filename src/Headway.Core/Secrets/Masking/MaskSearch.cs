namespace Headway.Core.Secrets.Masking;

/// <summary>Looks for a secret in something that comes in pieces, and changes nothing.</summary>
public sealed class MaskSearch(MaskAutomaton automaton)
{
    private int _state;

    public bool Found { get; private set; }

    /// <summary>True from the first secret on.</summary>
    public bool Feed(ReadOnlySpan<byte> piece)
    {
        foreach (var letter in piece)
        {
            _state = automaton.Next(_state, letter);
            if (automaton.MatchOf(_state) == 0) continue;
            Found = true;
            break;
        }
        return Found;
    }

    /// <summary>What follows is something else.</summary>
    public void Again() => (_state, Found) = (0, false);
}
