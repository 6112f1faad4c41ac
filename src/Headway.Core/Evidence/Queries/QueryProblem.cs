namespace Headway.Core.Evidence.Queries;

/// <summary>Why a query is refused.</summary>
/// <param name="Says">A clause without full stop.</param>
/// <param name="Expected">What would be right.</param>
/// <param name="Wrong">The word that is wrong, where another known word may have been meant.</param>
public sealed record QueryProblem(string Says, string Expected, string? Wrong = null)
{
    public static QueryProblem WholeService(string what) => new(
        $"{what} covers the whole service: it names none of `$release`, `$side` and `$commit`, so it cannot tell the "
            + "candidate from stable",
        "a condition such as `release_id=\"$release\"`");

    public static QueryProblem? OfPlaceholders(string text)
    {
        var unknown = Placeholders.In(text).FirstOrDefault(p => !Placeholders.Known.Contains(p.Name));
        return unknown.Length == 0 ? null : new(
            $"`${unknown.Name}` stands for nothing",
            $"one of {string.Join(", ", Placeholders.Known.Select(name => $"`${name}`"))}", unknown.Name);
    }

    /// <summary>Of a text in a language that Headway does not read: only what it must say is looked for.</summary>
    public static QueryProblem? OfPlain(string text, string what) =>
        OfPlaceholders(text) ?? (Placeholders.TellsSides(text) ? null : WholeService(what));
}
