using System.Globalization;
using System.Text;

namespace Headway.Core.Tests.Conditions.Conformance;

/// <summary>Reads the text format of protocol buffers without knowing the schema.</summary>
internal sealed class ProtoReader(string text)
{
    private int _at;

    public static Proto Read(string text)
    {
        var reader = new ProtoReader(text);
        var root = reader.Fields(end: '\0');
        return root;
    }

    private Proto Fields(char end)
    {
        var message = new Proto();
        while (true)
        {
            Blank();
            if (_at == text.Length) return end == '\0' ? message : throw Wrong("the end of the file");
            if (text[_at] == end)
            {
                _at++;
                return message;
            }
            if (text[_at] is ',' or ';') _at++;
            else Field(message);
        }
    }

    private void Field(Proto message)
    {
        var name = Name();
        Blank();
        var hasColon = text[_at] == ':';
        if (hasColon) _at++;
        Blank();
        if (text[_at] is '{' or '<')
            message.Fields.Add((name, Fields(text[_at++] == '{' ? '}' : '>'), null));
        else if (text[_at] == '[') Several(message, name);
        else if (hasColon) message.Fields.Add((name, null, Scalar()));
        else throw Wrong("a value");
    }

    private void Several(Proto message, string name)
    {
        _at++;
        for (Blank(); text[_at] != ']'; Blank())
        {
            if (text[_at] == ',') _at++;
            else if (text[_at] == '{')
            {
                _at++;
                message.Fields.Add((name, Fields('}'), null));
            }
            else message.Fields.Add((name, null, Scalar()));
        }
        _at++;
    }

    private string Name()
    {
        if (text[_at] == '[')
        {
            var close = text.IndexOf(']', _at);
            var name = text[(_at + 1)..close];
            _at = close + 1;
            return name.Trim();
        }
        return Word();
    }

    private string Word()
    {
        var start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || "_.-+".Contains(text[_at]))) _at++;
        return _at > start ? text[start.._at] : throw Wrong("a name or a number");
    }

    private Proto.Scalar Scalar()
    {
        if (text[_at] is not ('"' or '\'')) return new(Word(), null);
        var octets = new List<byte>();
        for (; _at < text.Length && text[_at] is '"' or '\''; Blank()) Quoted(octets);
        return new("", [.. octets]);
    }

    private void Quoted(List<byte> octets)
    {
        var mark = text[_at++];
        while (text[_at] != mark)
        {
            if (text[_at] == '\\') Escaped(octets);
            else
            {
                var rune = Rune.GetRuneAt(text, _at);
                octets.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
                _at += rune.Utf16SequenceLength;
            }
        }
        _at++;
    }

    private void Escaped(List<byte> octets)
    {
        var kind = text[_at + 1];
        _at += 2;
        if (kind is >= '0' and <= '7')
        {
            var length = 1;
            while (length < 3 && text[_at - 1 + length] is >= '0' and <= '7') length++;
            octets.Add(Convert.ToByte(text.Substring(_at - 1, length), 8));
            _at += length - 1;
            return;
        }
        if (kind is 'x' or 'X') octets.Add((byte)Hex(most: 2));
        else if (kind is 'u' or 'U')
            octets.AddRange(Encoding.UTF8.GetBytes(char.ConvertFromUtf32((int)Hex(kind == 'u' ? 4 : 8))));
        else octets.Add((byte)(kind switch
        {
            'a' => 7, 'b' => 8, 'f' => 12, 'n' => 10, 'r' => 13, 't' => 9, 'v' => 11, _ => kind,
        }));
    }

    private uint Hex(int most)
    {
        var length = 0;
        while (length < most && char.IsAsciiHexDigit(text[_at + length])) length++;
        var code = uint.Parse(text.AsSpan(_at, length), NumberStyles.AllowHexSpecifier);
        _at += length;
        return code;
    }

    private void Blank()
    {
        while (_at < text.Length)
        {
            if (char.IsWhiteSpace(text[_at])) _at++;
            else if (text[_at] == '#')
                while (_at < text.Length && text[_at] != '\n') _at++;
            else return;
        }
    }

    private FormatException Wrong(string expected) =>
        new($"Line {text.AsSpan(0, _at).Count('\n') + 1}: expected {expected}.");
}
