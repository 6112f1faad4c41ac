using Headway.Core.Secrets;

namespace Headway.Server.Secrets.Outside;

/// <summary>Reads values that another place keeps. Files, environment and Vault; the list is <see cref="SecretDrivers"/>.</summary>
public interface ISecretDriver
{
    /// <summary>As it is written with `--from`.</summary>
    string Name { get; }

    /// <summary>Null when it can be asked for; said when a person sets it, before anything is read.</summary>
    string? WhyRefused(SecretOutside outside);

    /// <summary>Never throws for what the other side does.</summary>
    Task<OutsideValue> ReadAsync(SecretOutside outside, CancellationToken stop);
}

/// <param name="Keep">How long it may be used without asking again.</param>
/// <param name="Problem">A clause that begins in lower case and never holds a value.</param>
public sealed record OutsideValue(byte[]? Value, TimeSpan Keep, string? Problem)
{
    /// <summary>It did not answer, which says nothing about the value.</summary>
    public bool IsAway { get; init; }

    public static OutsideValue Failed(string problem) => new(null, TimeSpan.Zero, problem);

    public static OutsideValue Away(string problem) => Failed(problem) with { IsAway = true };

    public override string ToString() => Problem ?? "a value";
}
