using System.Globalization;
using System.Text;

namespace Headway.Server.Intent;

/// <summary>Commits as `git fast-import` takes them (git-fast-import(1)); it answers with the name of each, a line each.</summary>
internal sealed class ImportText(string branch, string? onto, DateTimeOffset at)
{
    private readonly StringBuilder _text = new();
    private int _marks;

    /// <returns>Which of the commits it is, from 1.</returns>
    public int Add(StateChange change)
    {
        var when = $"{at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)} +0000";
        Line($"commit {branch}");
        Line(Mark(++_marks));
        Line($"author {Person(change.By)} {when}");
        Line($"committer Headway <headway@localhost> {when}");
        Data(Message(change));
        if (_marks == 1 && onto is not null) Line($"from {onto}");
        foreach (var (path, content) in change.Files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            Line(content is null ? $"D {Quoted(path)}" : $"M 100644 inline {Quoted(path)}");
            if (content is not null) Data(content);
        }
        return _marks;
    }

    /// <summary>Closed; nothing is added afterwards.</summary>
    public byte[] Bytes()
    {
        for (var mark = 1; mark <= _marks; mark++) Line($"get-{Mark(mark)}");
        Line("done");
        return Encoding.UTF8.GetBytes(_text.ToString());
    }

    private static string Message(StateChange change)
    {
        var message = new StringBuilder(change.Subject).Append('\n');
        if (change.Why.Length > 0) message.Append('\n').Append(change.Why).Append('\n');
        if (change.Event is { } decided) message.Append(CultureInfo.InvariantCulture, $"\nHeadway-Event: {decided}\n");
        return message.ToString();
    }

    /// <summary>A name cannot hold what ends it, and an address in it is taken as that.</summary>
    private static string Person(string by)
    {
        var name = new string([.. by.Where(letter => letter is not ('<' or '>') && !char.IsControl(letter))]).Trim();
        var at = name.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && !name.Contains(' ', StringComparison.Ordinal) ? $"{name[..at]} <{name}>" : $"{name} <{Address(name)}@headway>";
    }

    private static string Address(string name) => name.Replace(' ', '.').ToLowerInvariant();

    private static string Mark(int mark) => $"mark :{mark.ToString(CultureInfo.InvariantCulture)}";

    private void Line(string line) => _text.Append(line).Append('\n');

    private void Data(string content)
    {
        Line($"data {Encoding.UTF8.GetByteCount(content).ToString(CultureInfo.InvariantCulture)}");
        _text.Append(content).Append('\n');
    }

    private static string Quoted(string path) =>
        $"\"{path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
