using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Headway.Server.Intent.Pushes;

/// <param name="Old">Where the pusher believes the ref to be; zeros where there is none.</param>
/// <param name="New">Zeros delete it.</param>
public sealed record PushCommand(string Old, string New, string Ref)
{
    public bool Deletes => New.All(digit => digit == '0');
}

/// <summary>What a client sends to git-receive-pack: pkt-lines of commands, a flush, then the objects (gitprotocol-pack(5)).</summary>
/// <param name="Pack">Where the objects begin.</param>
public sealed record PushBody(ImmutableArray<PushCommand> Commands, ImmutableArray<string> Capabilities, int Pack)
{
    private const int MostCommands = 100;

    /// <summary>Null when it is not what a client of git sends.</summary>
    public static PushBody? Read(ReadOnlySpan<byte> body)
    {
        var commands = ImmutableArray.CreateBuilder<PushCommand>();
        ImmutableArray<string> capabilities = [];
        for (var at = 0; at + 4 <= body.Length;)
        {
            if (!int.TryParse(Encoding.ASCII.GetString(body.Slice(at, 4)), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var length))
                return null;
            if (length == 0) return new(commands.ToImmutable(), capabilities, at + 4);
            if (length < 4 || at + length > body.Length || commands.Count == MostCommands) return null;
            var line = Encoding.UTF8.GetString(body.Slice(at + 4, length - 4)).TrimEnd('\n');
            at += length;
            if (line.StartsWith("shallow ", StringComparison.Ordinal)) continue;
            if (line.Split('\0', 2) is [_, var can]) capabilities = [.. can.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
            if (line.Split('\0')[0].Split(' ', 3) is not [{ Length: 40 } old, { Length: 40 } @new, var name] || !IsName(old) || !IsName(@new))
                return null;
            commands.Add(new(old, @new, name));
        }
        return null;
    }

    private static bool IsName(string text) => text.All(char.IsAsciiHexDigitLower);
}
