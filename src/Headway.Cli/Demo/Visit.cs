namespace Headway.Cli.Demo;

/// <summary>One request that a customer of the shop makes.</summary>
internal static class Visit
{
    private const int Products = 1500;

    private static readonly string[] Agents =
    [
        "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/150.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Safari/605.1", "ShopApp/4.2 (Android 16)",
    ];

    /// <summary>20 of 100 requests are orders, 20 home page or cart, 60 looks at products.</summary>
    public static HttpRequestMessage Draw(Random random, int customers)
    {
        var customer = random.Next(customers);
        var (method, path) = random.Next(100) switch
        {
            < 10 => (HttpMethod.Get, "/"),
            < 40 => (HttpMethod.Get, $"/products?page={random.Next(1, 60)}"),
            < 70 => (HttpMethod.Get, $"/products/{random.Next(1, Products + 1)}"),
            < 80 => (HttpMethod.Post, $"/cart/{random.Next(1, Products + 1)}"),
            _ => (HttpMethod.Post, "/checkout"),
        };
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("x-user-id", $"customer-{customer}");
        request.Headers.TryAddWithoutValidation("user-agent", Agents[customer % Agents.Length]);
        request.Headers.Add("cookie", $"cart={random.Next(1, Products + 1)}x{random.Next(1, 4)}.7x1");
        return request;
    }
}
