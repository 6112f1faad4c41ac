namespace Headway.Server.Specs;

internal readonly record struct Instances(int Min, int Max);

/// <summary>`2`, or `{ min: 1, max: 4 }`.</summary>
internal static class InstancesShape
{
    private const int Most = 100;
    private static readonly Field<int> Min = new("min", "Never fewer.", Shapes.Whole(1, Most), 1);
    private static readonly Field<int> Max = new("max", "Never more.", Shapes.Whole(1, Most), 1, Required: true);

    public static readonly Shape<Instances> Shape = Shapes.Either(
        node => node is SpecNode.Map,
        MapShape.Of("instances", [Min, Max], values =>
        {
            var (min, max) = (values.Get(Min), values.Get(Max));
            if (values.Has(Max) && values.Has(Min) && min > max)
                values.Problem(Min, $"`min: {min}` is above `max: {max}`", "min at most max");
            return new Instances(min, max);
        }),
        Shapes.Whole(1, Most).Select(count => new Instances(count, count)));
}
