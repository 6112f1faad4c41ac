using System.Diagnostics;
using System.Text;

namespace Headway.Server.Secrets.Keys;

/// <summary>
/// A program that wraps and unwraps, for example by a key service: `PROGRAM wrap` and `PROGRAM unwrap KEY` get base64 on
/// standard input and answer one line: `KEY BASE64` and `BASE64`. It makes and forgets its keys itself.
/// </summary>
public sealed class CommandKeys(string program) : IKeyWrap
{
    private const int MostAnswer = 16 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public string Current => Ask("name", "").Trim();

    public WrappedKey Wrap(byte[] dataKey) =>
        Ask("wrap", Convert.ToBase64String(dataKey)).Trim().Split(' ') is [var key, var bytes] && key.Length > 0
            ? new(key, Decoded(bytes, "wrap"))
            : throw new KeyWrapException($"`{program} wrap` did not answer `KEY BASE64`.");

    public byte[] Unwrap(WrappedKey wrapped) =>
        Decoded(Ask($"unwrap {wrapped.Key}", Convert.ToBase64String(wrapped.Bytes)).Trim(), "unwrap");

    public void Renew()
    {
        // The key service has a new version of its key; wrapping asks it for the newest.
    }

    public void LetGo()
    {
        // Only who runs the key service may destroy its keys.
    }

    private byte[] Decoded(string base64, string asked)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException e)
        {
            throw new KeyWrapException($"`{program} {asked}` did not answer base64.", e);
        }
    }

    private string Ask(string arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments.Split(' '))
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var (output, errors) = (ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
            Write(process.StandardInput, input);
            if (!process.WaitForExit(Limit))
            {
                process.Kill(entireProcessTree: true);
                throw new KeyWrapException($"`{program} {arguments}` did not answer within {Limit.TotalSeconds:0} s.");
            }
            return process.ExitCode == 0 ? output.Result : throw new KeyWrapException(
                $"`{program} {arguments}` ended with code {process.ExitCode}: {errors.Result.Trim()}");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw new KeyWrapException($"`{program}`, which holds the key of the secrets, cannot be run: {e.Message}", e);
        }
    }

    /// <summary>A program that has ended without reading says why by its code.</summary>
    private static void Write(StreamWriter to, string input)
    {
        try
        {
            to.Write(input);
            to.Close();
        }
        catch (IOException)
        {
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader)
    {
        var answer = new StringBuilder();
        var buffer = new char[1024];
        while (await reader.ReadAsync(buffer) is > 0 and var read)
            if (answer.Length < MostAnswer) answer.Append(buffer, 0, read);
        return answer.ToString();
    }
}
