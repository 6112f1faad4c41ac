using Headway.Core.Secrets;

namespace Headway.Server.Secrets.Outside;

/// <summary>A file of the server's machine, as agents and operators of other stores write them.</summary>
public sealed class FileSecrets : ISecretDriver
{
    public string Name => "file";

    public string? WhyRefused(SecretOutside outside) =>
        Path.IsPathFullyQualified(outside.At) && !outside.At.Split('/').Contains("..") && !outside.At.Contains('\0')
            ? null : $"`{outside.At}` is not the whole path of a file, such as `/run/keys/shop-db`.";

    public async Task<OutsideValue> ReadAsync(SecretOutside outside, CancellationToken stop)
    {
        try
        {
            if (!File.Exists(outside.At)) return OutsideValue.Failed($"there is no file {outside.At}");
            // A pipe or a device has no length and may never end.
            if (new FileInfo(outside.At).Length is 0 or > SecretValue.LargestBytes)
                return OutsideValue.Failed($"{outside.At} is empty, no regular file, or larger than {SecretValue.LargestBytes} bytes");
            var bytes = await File.ReadAllBytesAsync(outside.At, stop);
            return new(WithoutLineEnd(bytes), TimeSpan.Zero, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return OutsideValue.Failed($"{outside.At} cannot be read: {e.Message}");
        }
    }

    /// <summary>Editors and `echo` end a file with a line feed that is not meant.</summary>
    private static byte[] WithoutLineEnd(byte[] bytes) =>
        bytes is [.. var all, (byte)'\n'] && !all.Contains((byte)'\n') ? all.AsSpan().TrimEnd((byte)'\r').ToArray() : bytes;
}
