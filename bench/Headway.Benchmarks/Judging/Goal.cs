namespace Headway.Benchmarks.Judging;

/// <summary>One line of the table.</summary>
/// <param name="Name">`J3 R 50..5000, p1 10 %`.</param>
/// <param name="Bar">What was promised; empty for lines that only inform.</param>
/// <param name="Met">Null where there is no bar.</param>
internal sealed record Goal(string Name, string Bar, string Measured, bool? Met)
{
    public static Goal AtMost(string name, double bar, double measured, string unit = "", string note = "") => new(
        name, $"<= {bar:0.##}{unit}", $"{measured:0.##}{unit}{(note.Length > 0 ? $" ({note})" : "")}", measured <= bar);

    public static Goal AtLeast(string name, double bar, double measured, string unit = "", string note = "") => new(
        name, $">= {bar:0.##}{unit}", $"{measured:0.##}{unit}{(note.Length > 0 ? $" ({note})" : "")}", measured >= bar);

    public static Goal Note(string name, string measured) => new(name, "", measured, null);
}
