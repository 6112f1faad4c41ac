using System.Collections.Immutable;

namespace Headway.Server.Intent;

/// <summary>What came of the files of one look, gathered so that it is kept at once.</summary>
internal sealed class Taken
{
    /// <summary>By path; null where there is nothing wrong any more.</summary>
    public Dictionary<string, IntentProblem?> Answers { get; } = [];

    public Dictionary<string, IntentProblem> Against { get; } = [];

    /// <summary>By lane; null where the commit that wanted something was followed by one that does not.</summary>
    public Dictionary<string, Wish?> Wishes { get; } = [];

    /// <summary>Known ones, which may have something to do now.</summary>
    public List<(string Service, string Environment)> Lanes { get; } = [];

    public WishList Onto(WishList all)
    {
        var right = Answers.Where(each => each.Value is null).Select(each => each.Key);
        var wrong = Answers.Where(each => each.Value is not null).Select(each => KeyValuePair.Create(each.Key, each.Value!)).ToList();
        var problems = all.Problems.RemoveRange(right).SetItems(wrong.Where(each => all.Problems.ContainsKey(each.Key)));
        var added = wrong.Where(each => !problems.ContainsKey(each.Key)).ToList();
        var room = Math.Max(0, WishList.Most - problems.Count);
        return all with
        {
            Problems = problems.SetItems(added.Take(room)),
            More = (all.Problems.IsEmpty ? 0 : all.More) + Math.Max(0, added.Count - room),
            Lanes = all.Lanes.RemoveRange(Wishes.Where(each => each.Value is null).Select(each => each.Key))
                .SetItems(Wishes.Where(each => each.Value is not null).Select(each => KeyValuePair.Create(each.Key, each.Value!))),
            Against = all.Against.SetItems(Against),
        };
    }
}
