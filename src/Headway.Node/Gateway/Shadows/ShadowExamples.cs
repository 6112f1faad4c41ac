using System.Collections.Immutable;

namespace Headway.Node.Gateway.Shadows;

/// <summary>A few examples of what went wrong: at most five for each place, and the first of each place first.</summary>
internal sealed class ShadowExamples
{
    private const int MostPerPlace = 5, MostPlaces = 20, MostShown = 5;
    private readonly List<(string Place, List<string> Texts)> places = [];
    private bool hasNews;

    public void Add(string place, string text)
    {
        var known = places.FirstOrDefault(each => each.Place == place).Texts;
        if (known is null)
        {
            if (places.Count >= MostPlaces) return;
            places.Add((place, known = []));
        }
        if (known.Count >= MostPerPlace || known.Contains(text)) return;
        known.Add(text);
        hasNews = true;
    }

    /// <summary>The best ones, when there are new ones; otherwise none.</summary>
    public ImmutableArray<string> News()
    {
        if (!hasNews) return [];
        hasNews = false;
        return
        [
            .. Enumerable.Range(0, MostPerPlace)
                .SelectMany(nth => places.Where(each => each.Texts.Count > nth).Select(each => each.Texts[nth]))
                .Take(MostShown),
        ];
    }
}
