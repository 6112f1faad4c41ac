namespace Headway.Node.Instances;

/// <summary>How calmly the number of instances follows the load.</summary>
public sealed record ScalingOptions
{
    /// <summary>Load may differ from its goal by this part without anything being done.</summary>
    public double Tolerance { get; init; } = 0.1;

    /// <summary>More instances are added only when they have been wanted for this long.</summary>
    public TimeSpan UpAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Instances are taken away only when fewer have sufficed for this long.</summary>
    public TimeSpan DownAfter { get; init; } = TimeSpan.FromSeconds(60);
}
