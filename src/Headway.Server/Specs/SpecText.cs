namespace Headway.Server.Specs;

/// <summary>What can be said about the file before anything parses it.</summary>
internal static class SpecText
{
    /// <summary>Far above any real specification, far below what would hurt the server.</summary>
    public const int LimitInCharacters = 256 * 1024;

    public static bool IsReadable(string yaml, ProblemList problems)
    {
        var before = problems.Count;
        if (yaml.Length > LimitInCharacters)
            problems.Add(new(1, 1), $"the file has {yaml.Length / 1024:N0} KB",
                $"at most {LimitInCharacters / 1024} KB");
        else if (string.IsNullOrWhiteSpace(yaml))
            problems.Add(new(1, 1), "the file is empty", "`service: NAME` and `run: { command: ... }` at least");
        else
            CheckCharacters(yaml, problems);
        return problems.Count == before;
    }

    private static void CheckCharacters(string yaml, ProblemList problems)
    {
        var (line, column) = (1, 0);
        for (var i = 0; i < yaml.Length; i++)
        {
            column++;
            var letter = yaml[i];
            if (letter == '\t' && column == 1 && !IsBlank(yaml, i))
                problems.Add(new(line, column), "a tab cannot indent in YAML", "spaces");
            else if (letter is not ('\n' or '\r' or '\t') && (char.IsControl(letter) || IsLoneSurrogate(yaml, i)))
                problems.Add(new(line, column), $"the character U+{(int)letter:X4} cannot stand here",
                    "plain text in UTF-8");
            if (letter == '\n') (line, column) = (line + 1, 0);
        }
    }

    private static bool IsBlank(string yaml, int from)
    {
        for (var i = from; i < yaml.Length && yaml[i] != '\n'; i++)
            if (!char.IsWhiteSpace(yaml[i])) return false;
        return true;
    }

    private static bool IsLoneSurrogate(string yaml, int i) =>
        char.IsHighSurrogate(yaml[i]) ? i + 1 == yaml.Length || !char.IsLowSurrogate(yaml[i + 1])
        : char.IsLowSurrogate(yaml[i]) && (i == 0 || !char.IsHighSurrogate(yaml[i - 1]));
}
