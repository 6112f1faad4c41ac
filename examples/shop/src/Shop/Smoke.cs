using System.Net;

namespace Shop;

/// <summary>Visits a running shop as a customer would, up to the cart; 0 when all is well.</summary>
public static class Smoke
{
    private static readonly (HttpMethod Method, string Path, HttpStatusCode Code, string Says)[] Visits =
    [
        (HttpMethod.Get, "/healthz", HttpStatusCode.OK, "ok"),
        (HttpMethod.Get, "/", HttpStatusCode.OK, "Things that stay"),
        (HttpMethod.Get, "/products?page=2", HttpStatusCode.OK, "Page 2 of"),
        (HttpMethod.Get, "/products/7", HttpStatusCode.OK, "Put into the cart"),
        (HttpMethod.Get, "/products/0", HttpStatusCode.NotFound, ""),
        (HttpMethod.Post, "/cart/7", HttpStatusCode.Redirect, ""),
        (HttpMethod.Get, "/cart", HttpStatusCode.OK, "Total"),
    ];

    public static async Task<int> RunAsync(Uri address)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, CookieContainer = new CookieContainer(),
        })
        { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
        foreach (var visit in Visits)
        {
            using var answer = await http.SendAsync(new HttpRequestMessage(visit.Method, visit.Path));
            var body = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == visit.Code && body.Contains(visit.Says)) continue;
            Console.Error.WriteLine($"{visit.Method} {visit.Path}: {(int)answer.StatusCode}, wanted {(int)visit.Code} and \"{visit.Says}\"");
            return 1;
        }
        Console.WriteLine($"{Visits.Length} visits to {address} went well");
        return 0;
    }
}
