namespace Headway.Server.Telemetry.Promql.Operators;

internal enum Operator
{
    Add, Subtract, Multiply, Divide, Modulo, Power, Atan2, Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Set,
}

internal static class Arithmetic
{
    public static Operator Read(string word) => word switch
    {
        "+" => Operator.Add,
        "-" => Operator.Subtract,
        "*" => Operator.Multiply,
        "/" => Operator.Divide,
        "%" => Operator.Modulo,
        "^" => Operator.Power,
        "atan2" => Operator.Atan2,
        "==" => Operator.Equal,
        "!=" => Operator.NotEqual,
        "<" => Operator.Less,
        "<=" => Operator.LessOrEqual,
        ">" => Operator.Greater,
        ">=" => Operator.GreaterOrEqual,
        _ => Operator.Set,
    };

    public static bool IsComparison(Operator op) => op is >= Operator.Equal and <= Operator.GreaterOrEqual;

    /// <summary>A result of these is no longer what the metric's name says. `atan2` keeps it, as in Prometheus.</summary>
    public static bool DropsName(Operator op) => op <= Operator.Power;

    public static double Of(Operator op, double left, double right) => op switch
    {
        Operator.Add => left + right,
        Operator.Subtract => left - right,
        Operator.Multiply => left * right,
        Operator.Divide => left / right,
        Operator.Modulo => left % right,
        Operator.Power => Math.Pow(left, right),
        Operator.Atan2 => Math.Atan2(left, right),
        _ => throw new InvalidOperationException($"{op} computes nothing."),
    };

    public static bool Holds(Operator op, double left, double right) => op switch
    {
        Operator.Equal => left == right,
        Operator.NotEqual => left != right,
        Operator.Less => left < right,
        Operator.LessOrEqual => left <= right,
        Operator.Greater => left > right,
        Operator.GreaterOrEqual => left >= right,
        _ => throw new InvalidOperationException($"{op} compares nothing."),
    };
}
