namespace Headway.Core.Conditions;

/// <summary>How names in an expression are read.</summary>
/// <param name="Container">
/// Where names are looked for first: within `a.b`, the name x is a.b.x, else a.x, else x.
/// </param>
/// <param name="Macros">False reads all(), has() and their like as calls of functions.</param>
public sealed record ConditionOptions(string Container = "", bool Macros = true)
{
    public static readonly ConditionOptions Default = new();
}
