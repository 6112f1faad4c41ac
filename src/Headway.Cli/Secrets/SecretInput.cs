using System.Text;
using Headway.Cli.Terminal;
using Headway.Core.Secrets;

namespace Headway.Cli.Secrets;

/// <summary>A value from standard input; at a terminal it is asked for and not shown.</summary>
internal static class SecretInput
{
    public static async Task<byte[]> ReadAsync(Screen screen, CancellationToken stop)
    {
        if (!Console.IsInputRedirected) return Typed(screen);
        await using var input = Console.OpenStandardInput();
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        // One byte more than allowed, so that the server can say that it is too long.
        while (read.Length <= SecretValue.LargestBytes && await input.ReadAsync(buffer, stop) is > 0 and var count)
            read.Write(buffer, 0, count);
        return WithoutLineEnd(read.ToArray());
    }

    /// <summary>`echo value | headway ...` means the value alone. A value of several lines keeps its last end.</summary>
    private static byte[] WithoutLineEnd(byte[] value) =>
        value is [.. var all, (byte)'\n'] && !all.Contains((byte)'\n') ? all.AsSpan().TrimEnd((byte)'\r').ToArray() : value;

    private static byte[] Typed(Screen screen)
    {
        screen.Note("Value (it is not shown; Enter ends it):");
        var typed = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
        return Encoding.UTF8.GetBytes(typed.ToString());
    }
}
