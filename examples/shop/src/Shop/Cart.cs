namespace Shop;

/// <summary>
/// What a customer wants to buy, kept in a cookie (`12x1.31x2`), so that any instance of any release can serve anyone.
/// </summary>
public sealed class Cart
{
    private const int LineLimit = 20;
    private const int CountLimit = 99;

    public static readonly Cart Empty = new([]);

    private readonly SortedDictionary<int, int> _lines;

    private Cart(SortedDictionary<int, int> lines) => _lines = lines;

    public IReadOnlyDictionary<int, int> Lines => _lines;
    public bool IsEmpty => _lines.Count == 0;
    public int Count => _lines.Values.Sum();

    public static Cart Of(HttpRequest request) => Parse(request.Cookies["cart"]);

    /// <summary>What makes no sense is left out: it came from a browser.</summary>
    public static Cart Parse(string? text)
    {
        var lines = new SortedDictionary<int, int>();
        foreach (var line in (text ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries).Take(LineLimit))
            if (line.Split('x') is [var id, var count] && int.TryParse(id, out var product)
                && int.TryParse(count, out var number) && number is >= 1 and <= CountLimit)
                lines[product] = number;
        return new(lines);
    }

    public Cart With(int product)
    {
        var lines = new SortedDictionary<int, int>(_lines);
        lines[product] = Math.Min(CountLimit, lines.GetValueOrDefault(product) + 1);
        return new(lines);
    }

    public void WriteTo(HttpResponse response) =>
        response.Cookies.Append("cart", ToString(), new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax });

    public override string ToString() => string.Join('.', _lines.Select(line => $"{line.Key}x{line.Value}"));
}
