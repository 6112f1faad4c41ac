using Headway.Core.Targets;

namespace Headway.Simulation.Worlds;

/// <summary>What both fake parts share: the fence, and the memory from which they tell old news.</summary>
internal sealed class FakePart(bool obeysLowerFences)
{
    private readonly Queue<Observation> _past = new();

    public Fence Obeyed { get; private set; } = Fence.None;

    /// <summary>A lower fence than one obeyed before was obeyed: the world itself is wrong.</summary>
    public bool ObeyedLower { get; private set; }

    public bool Obeys(Fence fence)
    {
        if (fence < Obeyed)
        {
            ObeyedLower |= obeysLowerFences;
            return obeysLowerFences;
        }
        Obeyed = fence;
        return true;
    }

    public Observation Tell(Observation now, Random random, double lies)
    {
        _past.Enqueue(now);
        if (_past.Count > 6) _past.Dequeue();
        return lies > 0 && random.NextDouble() < lies ? _past.ElementAt(random.Next(_past.Count)) : now;
    }
}
