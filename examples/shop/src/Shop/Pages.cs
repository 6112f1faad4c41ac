using System.Net;
using System.Text;

namespace Shop;

/// <summary>What customers see.</summary>
public sealed class Pages(Catalogue catalogue, string release)
{
    private const int PageSize = 24;

    private const string Style =
        """
        body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#222;background:#faf8f5}
        header{background:#2f4858;color:#fff;padding:1rem 2rem;display:flex;gap:2rem;align-items:baseline}
        header a{color:#fff;text-decoration:none} header b{font-size:1.3rem} header .cart{margin-left:auto}
        main{max-width:60rem;margin:2rem auto;padding:0 1rem}
        .grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:1rem}
        .card{background:#fff;border-radius:.5rem;padding:1rem;box-shadow:0 1px 3px #0002} .card a{color:#2f4858}
        button{background:#33658a;color:#fff;border:0;border-radius:.3rem;padding:.5rem 1rem;font:inherit;cursor:pointer}
        footer{text-align:center;color:#888;padding:2rem;font-size:.85rem} td,th{padding:.3rem 1rem .3rem 0;text-align:left}
        """;

    public IResult Home(Cart cart)
    {
        var today = catalogue.All[DateTime.UtcNow.DayOfYear % catalogue.All.Count];
        return Page("Home", cart, $"<h1>Things that stay</h1><p>Today: {Link(today)}. People who like it also like:</p>"
            + Grid(catalogue.Similar(today, 8)));
    }

    public IResult Products(Cart cart, int page)
    {
        var last = (catalogue.All.Count + PageSize - 1) / PageSize;
        page = Math.Clamp(page, 1, last);
        return Page("Products", cart, $"<h1>Products</h1>{Grid(catalogue.All.Skip((page - 1) * PageSize).Take(PageSize))}"
            + $"<p>Page {page} of {last} {(page < last ? $"<a href=\"/products?page={page + 1}\">next</a>" : "")}</p>");
    }

    public IResult Product(Cart cart, Product product) => Page(product.Name, cart,
        $"<h1>{Text(product.Name)}</h1><p>{Money(product.Cents)}</p>"
        + $"<form method=post action=\"/cart/{product.Id}\"><button>Put into the cart</button></form>"
        + $"<h2>Similar</h2>{Grid(catalogue.Similar(product, 4))}");

    public IResult Cart(Cart cart, Till till)
    {
        if (cart.IsEmpty) return Page("Cart", cart, "<h1>Cart</h1><p>Nothing yet. <a href=\"/products\">Look around.</a></p>");
        var rows = cart.Lines.Select(line => catalogue.Find(line.Key) is { } product
            ? $"<tr><td>{line.Value} ×</td><td>{Link(product)}</td><td>{Money(product.Cents * line.Value)}</td></tr>" : "");
        var price = till.Price(cart, "preview");
        return Page("Cart", cart, $"<h1>Cart</h1><table>{string.Concat(rows)}"
            + $"<tr><th></th><th>Tax</th><td>{Money(price.TaxCents)}</td></tr><tr><th></th><th>Shipping</th><td>{Money(price.ShippingCents)}</td></tr>"
            + $"<tr><th></th><th>Total</th><th>{Money(price.TotalCents)}</th></tr></table>"
            + "<form method=post action=\"/checkout\"><button>Order</button></form>");
    }

    private IResult Page(string title, Cart cart, string body) => Results.Text(
        $"""
        <!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">
        <title>{Text(title)} · Shop</title><style>{Style}</style>
        <header><b><a href="/">Shop</a></b><a href="/products">Products</a><a class=cart href="/cart">Cart ({cart.Count})</a></header>
        <main>{body}</main><footer>{Text(release)}</footer></html>
        """, "text/html", Encoding.UTF8);

    private static string Grid(IEnumerable<Product> products) =>
        $"<div class=grid>{string.Concat(products.Select(p => $"<div class=card>{Link(p)}<br>{Money(p.Cents)}</div>"))}</div>";

    private static string Link(Product product) => $"<a href=\"/products/{product.Id}\">{Text(product.Name)}</a>";

    private static string Money(int cents) => $"{cents / 100}.{cents % 100:00} €";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
