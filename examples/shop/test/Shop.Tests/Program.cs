using Shop;

// A test program without a framework: prints TAP, writes JUnit's XML, ends with the number of failures.
var catalogue = new Catalogue();
var till = new Till(catalogue, new Payments(failuresPerThousand: 0));

var tests = new Tests();
tests.Check("every product can be found", () => catalogue.All.All(product => catalogue.Find(product.Id) == product));
tests.Check("there is no product 0", () => catalogue.Find(0) is null && catalogue.Find(-1) is null);
tests.Check("similar products do not contain the product itself", () =>
    catalogue.Similar(catalogue.All[3], 8) is { Count: 8 } similar && !similar.Contains(catalogue.All[3]));
tests.Check("a cart survives its cookie", () => Cart.Parse("7x2.12x1").ToString() == "7x2.12x1");
tests.Check("nonsense in a cookie is left out", () => Cart.Parse("7x2.x.9x0.ax3.5x1000").ToString() == "7x2");
tests.Check("the same product twice is one line", () => Cart.Empty.With(7).With(7).ToString() == "7x2");
tests.Check("tax is 19 %, rounded", () =>
    till.Price(Cart.Parse("7x1"), "a") is var price && price.TaxCents == (int)Math.Round(price.Cents * 0.19, MidpointRounding.AwayFromZero));
tests.Check("small orders pay shipping, large ones do not", () =>
    till.Price(Cart.Parse("7x1"), "a").ShippingCents is 490 or 0 && till.Price(Cart.Parse("7x99"), "a").ShippingCents == 0);
tests.Check("the total is the sum", () =>
    till.Price(Cart.Parse("7x1.9x3"), "a") is var price && price.TotalCents == price.Cents + price.TaxCents + price.ShippingCents);
tests.Check("receipts differ from order to order", () =>
    till.Price(Cart.Parse("7x1"), "a").Receipt != till.Price(Cart.Parse("7x1"), "b").Receipt);
tests.Check("an order is counted", () => till.Order(Cart.Parse("7x1"), "0123456789ab") is { TotalCents: > 0 } && till.Taken == 1);
tests.Check("an order that cannot be paid is not taken", () =>
    new Till(catalogue, new Payments(failuresPerThousand: 1000)) is var broke && broke.Order(Cart.Parse("7x1"), "0123456789ab") is null && broke.Taken == 0);
return tests.Finish("results/shop.xml");
