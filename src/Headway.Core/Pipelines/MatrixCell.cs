using System.Collections.Immutable;

namespace Headway.Core.Pipelines;

/// <summary>One combination of the values of a matrix.</summary>
/// <param name="Job">The job as it is written; the name of a cell's job has its values too.</param>
/// <param name="Values">In the order in which the axes are written.</param>
public sealed record MatrixCell(string Job, ImmutableArray<MatrixValue> Values)
{
    /// <summary>`test (postgres=15, os=debian)`: what it is called everywhere.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Name => $"{Job} ({string.Join(", ", Values.Select(value => $"{value.Axis}={value.Label}"))})";
}

/// <param name="Axis">Also the name of the environment variable that holds the value.</param>
public sealed record MatrixValue(string Axis, string Value)
{
    private const int LabelLimit = 40;

    /// <summary>The value where a name of a job, a path and an address can hold it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Label
    {
        get
        {
            var safe = string.Concat(Value.Take(LabelLimit).Select(letter => IsSafe(letter) ? letter : '-'));
            return safe.Length == 0 ? "-" : safe;
        }
    }

    private static bool IsSafe(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or '+';
}
