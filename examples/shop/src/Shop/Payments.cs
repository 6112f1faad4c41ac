namespace Shop;

/// <summary>
/// Stands for a payment provider and is as good as real ones: a few orders of a thousand cannot be paid at the moment.
/// </summary>
public sealed class Payments(int failuresPerThousand = 15)
{
    public bool Take(int cents) => cents >= 0 && Random.Shared.Next(1000) >= failuresPerThousand;
}
