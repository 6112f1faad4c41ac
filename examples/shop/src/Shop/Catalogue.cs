namespace Shop;

/// <param name="Cents">Price before tax.</param>
/// <param name="Traits">What it is like, as numbers: products with similar ones please similar people.</param>
public sealed record Product(int Id, string Name, string Kind, int Cents, float[] Traits);

/// <summary>Everything there is to buy; made up, but the same at every start.</summary>
public sealed class Catalogue
{
    private const int Count = 1500;
    private const int TraitCount = 48;

    private static readonly string[] Looks =
        ["Quiet", "Crooked", "Bright", "Folding", "Tall", "Woven", "Oiled", "Blue", "Patient", "Round", "Northern", "Spare"];

    private static readonly string[] Kinds =
        ["Lamp", "Chair", "Kettle", "Blanket", "Shelf", "Clock", "Basket", "Mug", "Stool", "Broom", "Notebook", "Vase"];

    private static readonly string[] Woods = ["Oak", "Ash", "Linen", "Clay", "Tin", "Wool", "Cork", "Brass", "Felt", "Slate"];

    private readonly Product[] _products = Make();

    public IReadOnlyList<Product> All => _products;

    public Product? Find(int id) => id >= 1 && id <= _products.Length ? _products[id - 1] : null;

    /// <summary>The products that are most like this one.</summary>
    public IReadOnlyList<Product> Similar(Product product, int count)
    {
        var likeness = new float[_products.Length];
        for (var i = 0; i < _products.Length; i++)
        {
            var other = _products[i].Traits;
            var sum = 0f;
            for (var t = 0; t < TraitCount; t++) sum += other[t] * product.Traits[t];
            likeness[i] = _products[i] == product ? float.MinValue : sum;
        }
        var ids = Enumerable.Range(0, _products.Length).ToArray();
        Array.Sort(likeness, ids);
        return [.. ids[^count..].Reverse().Select(id => _products[id])];
    }

    private static Product[] Make()
    {
        var random = new Random(7);
        return [.. Enumerable.Range(1, Count).Select(id =>
        {
            var kind = Kinds[random.Next(Kinds.Length)];
            var name = $"{Looks[random.Next(Looks.Length)]} {Woods[random.Next(Woods.Length)]} {kind}";
            var traits = new float[TraitCount];
            for (var t = 0; t < TraitCount; t++) traits[t] = (float)(random.NextDouble() - 0.5);
            return new Product(id, name, kind, 100 * random.Next(4, 180) + 90, traits);
        })];
    }
}
