using Shop;

if (args is ["--smoke", var address]) return await Smoke.RunAsync(new Uri(address));

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
if (Environment.GetEnvironmentVariable("PORT") is { } port) builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
var app = builder.Build();

var catalogue = new Catalogue();
var till = new Till(catalogue, new Payments());
var pages = new Pages(catalogue, Environment.GetEnvironmentVariable("HEADWAY_RELEASE_ID") ?? "not released");

app.MapGet("/healthz", () => "ok");
app.MapGet("/", (HttpRequest request) => pages.Home(Cart.Of(request)));
app.MapGet("/products", (HttpRequest request, int? page) => pages.Products(Cart.Of(request), page ?? 1));
app.MapGet("/products/{id:int}", (HttpRequest request, int id) =>
    catalogue.Find(id) is { } product ? pages.Product(Cart.Of(request), product) : Results.NotFound());
app.MapGet("/cart", (HttpRequest request) => pages.Cart(Cart.Of(request), till));
app.MapPost("/cart/{id:int}", (HttpRequest request, HttpResponse response, int id) =>
{
    if (catalogue.Find(id) is null) return Results.NotFound();
    Cart.Of(request).With(id).WriteTo(response);
    return Results.Redirect("/cart");
});
app.MapPost("/checkout", (HttpRequest request, HttpResponse response) =>
{
    var cart = Cart.Of(request);
    if (cart.IsEmpty) return Results.BadRequest("The cart is empty.");
    if (till.Order(cart) is not { } order) return Results.Problem("The payment provider does not answer.", statusCode: 503);
    Cart.Empty.WriteTo(response);
    return Results.Json(order);
});

await app.RunAsync();
return 0;
