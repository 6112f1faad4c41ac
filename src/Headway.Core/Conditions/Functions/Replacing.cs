using System.Text;
using Headway.Core.Conditions.Evaluation;

namespace Headway.Core.Conditions.Functions;

/// <summary>text.replace(old, new, most); an empty `old` stands between all characters.</summary>
internal static class Replacing
{
    public static ConditionValue Of(string text, string old, string with, long limit, Budget budget)
    {
        budget.Search(text.Length, old.Length);
        var most = limit < 0 ? long.MaxValue : limit;
        var made = new StringBuilder();
        var at = 0;
        for (var done = 0L; done < most && Next(text, old, at, done) is var found and >= 0; done++)
        {
            budget.Make(2L * (found - at + with.Length));
            made.Append(text, at, found - at).Append(with);
            at = found + old.Length;
        }
        budget.Make(2L * (text.Length - at));
        return Budget.Made(new ConditionValue.Text(made.Append(text, at, text.Length - at).ToString()));
    }

    private static int Next(string text, string old, int at, long done)
    {
        if (old.Length > 0) return text.IndexOf(old, at, StringComparison.Ordinal);
        if (done == 0) return 0;
        if (at >= text.Length) return -1;
        return at + (char.IsHighSurrogate(text[at]) ? 2 : 1);
    }
}
