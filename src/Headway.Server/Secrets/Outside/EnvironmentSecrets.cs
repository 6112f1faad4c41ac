using System.Text;
using Headway.Core.Secrets;

namespace Headway.Server.Secrets.Outside;

/// <summary>A variable that the server was started with. Only such as say by their name that they are meant.</summary>
public sealed class EnvironmentSecrets : ISecretDriver
{
    private const string Prefix = "HEADWAY_SECRET_";

    public string Name => "environment";

    public string? WhyRefused(SecretOutside outside) =>
        outside.At.StartsWith(Prefix, StringComparison.Ordinal) && outside.At.Length > Prefix.Length
            && outside.At.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
            ? null : $"`{outside.At}` is not given out: variables for this begin with {Prefix}.";

    public Task<OutsideValue> ReadAsync(SecretOutside outside, CancellationToken stop) => Task.FromResult(
        Environment.GetEnvironmentVariable(outside.At) is { Length: > 0 } value
            ? new OutsideValue(Encoding.UTF8.GetBytes(value), TimeSpan.Zero, null)
            : OutsideValue.Failed($"the server was started without a variable {outside.At}"));
}
