namespace Headway.Core.Targets;

/// <summary>
/// The mark that every effect carries. A target obeys an effect only when its fence is not lower than the highest
/// fence that the target has seen, so that an effect that arrives late cannot undo a newer decision.
/// </summary>
/// <param name="Epoch">Raised by one at every restore from a backup.</param>
/// <param name="Version">
/// Position in the store of the newest event that the decision rests on. Positions rise along a lane from rollout to
/// rollout; versions of single streams would start again at 1 with every rollout.
/// </param>
public readonly record struct Fence(long Epoch, long Version) : IComparable<Fence>
{
    public static readonly Fence None = new(0, 0);

    public int CompareTo(Fence other) =>
        Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Version.CompareTo(other.Version);

    public static bool operator <(Fence left, Fence right) => left.CompareTo(right) < 0;
    public static bool operator >(Fence left, Fence right) => left.CompareTo(right) > 0;
    public static bool operator <=(Fence left, Fence right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Fence left, Fence right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Epoch}.{Version}";
}
