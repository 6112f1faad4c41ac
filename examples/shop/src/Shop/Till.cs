using System.Security.Cryptography;
using System.Text;

namespace Shop;

/// <param name="Receipt">Proves to the customer that this shop took the order.</param>
public sealed record Order(string Id, int Cents, int TaxCents, int ShippingCents, int TotalCents, string Receipt);

/// <summary>Adds up carts and takes orders.</summary>
public sealed class Till(Catalogue catalogue, Payments payments)
{
    private const int TaxPercent = 19;
    private const int ShippingCents = 490;
    private const int FreeShippingFromCents = 10_000;
    private const int ReceiptRounds = 600;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private int _taken;

    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Null when the payment provider does not answer.</summary>
    public Order? Order(Cart cart) => Order(cart, Guid.NewGuid().ToString("N")[..12]);

    public Order? Order(Cart cart, string id)
    {
        var order = Price(cart, id);
        if (!payments.Take(order.TotalCents)) return null;
        Interlocked.Increment(ref _taken);
        return order;
    }

    /// <summary>What the cart would cost now.</summary>
    public Order Price(Cart cart, string id)
    {
        var cents = cart.Lines.Sum(line => (catalogue.Find(line.Key)?.Cents ?? 0) * line.Value);
        var tax = (cents * TaxPercent + 50) / 100;
        var shipping = cents + tax >= FreeShippingFromCents ? 0 : ShippingCents;
        return new(id, cents, tax, shipping, cents + tax + shipping, Receipt(id, cents));
    }

    /// <summary>Slow on purpose, so that receipts cannot be guessed.</summary>
    private string Receipt(string id, int cents) => Convert.ToHexStringLower(
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes($"{id}:{cents}"), _key, ReceiptRounds, HashAlgorithmName.SHA256, 16));
}
