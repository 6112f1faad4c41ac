using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Headway.Core.Evidence.Answers;

/// <summary>
/// Where two JSON documents differ. The order of keys means nothing, that of arrays does unless they are to be sorted;
/// arrays of different length are one difference, whatever is in them.
/// </summary>
internal sealed class JsonDiff(ImmutableArray<PathPattern> ignore, ImmutableArray<PathPattern> sort, double tolerance)
{
    private readonly List<PathPart> path = [];
    private readonly List<Difference> found = [];

    public List<Difference> Of(JsonElement was, JsonElement now)
    {
        Compare(was, now);
        return found;
    }

    private void Compare(JsonElement? was, JsonElement? now)
    {
        if (found.Count >= AnswerDiff.MostDifferences || ignore.Any(pattern => pattern.Matches(path))) return;
        if (was is not { } left || now is not { } right || left.ValueKind != right.ValueKind)
        {
            Add(Show(was), Show(now));
            return;
        }
        switch (left.ValueKind)
        {
            case JsonValueKind.Object: Objects(left, right); break;
            case JsonValueKind.Array: Arrays(left, right); break;
            case JsonValueKind.Number when !AreClose(left, right):
            case JsonValueKind.String when JsonText.Of(left) != JsonText.Of(right): Add(Show(left), Show(right)); break;
        }
    }

    private void Objects(JsonElement was, JsonElement now)
    {
        var (left, right) = (Members(was), Members(now));
        foreach (var key in left.Keys.Union(right.Keys).Order(StringComparer.Ordinal))
            Enter(new(key, 0), left.GetValueOrDefault(key), right.GetValueOrDefault(key));
    }

    private void Arrays(JsonElement was, JsonElement now)
    {
        if (was.GetArrayLength() != now.GetArrayLength())
        {
            Add(Show(was), Show(now));
            return;
        }
        IEnumerable<JsonElement> left = was.EnumerateArray(), right = now.EnumerateArray();
        if (sort.Any(pattern => pattern.Matches(path)))
            (left, right) = (left.OrderBy(JsonText.Canonical, StringComparer.Ordinal),
                right.OrderBy(JsonText.Canonical, StringComparer.Ordinal));
        var index = 0;
        foreach (var (a, b) in left.Zip(right)) Enter(new(null, index++), a, b);
    }

    private void Enter(PathPart part, JsonElement? was, JsonElement? now)
    {
        path.Add(part);
        Compare(was, now);
        path.RemoveAt(path.Count - 1);
    }

    private bool AreClose(JsonElement was, JsonElement now)
    {
        if (was.GetRawText() == now.GetRawText()) return true;
        if (was.TryGetDecimal(out var exactly) && now.TryGetDecimal(out var other) && exactly == other) return true;
        var (left, right) = (was.GetDouble(), now.GetDouble());
        // Whole numbers beyond what a double holds are told apart by their digits alone.
        return tolerance > 0 ? Math.Abs(left - right) <= tolerance * Math.Abs(left)
            : left == right && !(was.TryGetDecimal(out _) && now.TryGetDecimal(out _));
    }

    private void Add(string was, string now) => found.Add(new(
        Write(part => part.Key is { } key ? Key(key) : "[*]"),
        Write(part => part.Key is { } key ? Key(Masking.IsSensitive(key) ? Masking.Masked : key) : $"[{part.Index}]"),
        was, now));

    private string Write(Func<PathPart, string> show)
    {
        var text = new StringBuilder("$");
        foreach (var part in path) text.Append(show(part));
        return text.ToString();
    }

    private static string Key(string key) =>
        key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '*') && key.Length > 0
            ? $".{key}" : $"['{(key.Length > 60 ? key[..60] : key)}']";

    private string Show(JsonElement? value)
    {
        if (value is not { } shown) return "nothing";
        return shown.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => shown.GetArrayLength().ToString(CultureInfo.InvariantCulture) + " items",
            _ when path.Any(part => part.Key is { } key && Masking.IsSensitiveKey(key)) => Masking.Masked,
            JsonValueKind.String => Masking.Quoted(JsonText.Of(shown)),
            JsonValueKind.Number => Masking.Number(shown.GetRawText()),
            _ => shown.GetRawText(),
        };
    }

    /// <summary>Of keys written twice the last one counts, as most readers have it.</summary>
    private static Dictionary<string, JsonElement?> Members(JsonElement value)
    {
        var members = new Dictionary<string, JsonElement?>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject()) members[JsonText.NameOf(member)] = member.Value;
        return members;
    }
}
