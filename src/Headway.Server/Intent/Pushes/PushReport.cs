using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Headway.Server.Intent.Pushes;

/// <summary>The answer to a push that is refused: sentences that git shows to the pusher, and a `no` for each ref.</summary>
internal static class PushReport
{
    private const int LineBytes = 900;

    public static byte[] Refused(PushBody body, IEnumerable<string> says)
    {
        var answer = new MemoryStream();
        var report = new MemoryStream();
        Packet(report, "unpack ok\n");
        foreach (var command in body.Commands) Packet(report, $"ng {command.Ref} refused by Headway, as said above\n");
        report.Write("0000"u8);
        // Without the side band there is nowhere to say more than the `no`.
        if (!body.Capabilities.Contains("side-band-64k"))
            return body.Capabilities.Contains("report-status") || body.Capabilities.Contains("report-status-v2") ? report.ToArray() : [];
        foreach (var line in says) Packet(answer, $"\x02{Shorten(line)}\n");
        Packet(answer, [1, .. report.ToArray()]);
        answer.Write("0000"u8);
        return answer.ToArray();
    }

    private static string Shorten(string line) => line.Length > LineBytes ? $"{line[..LineBytes]}..." : line;

    private static void Packet(MemoryStream to, string text) => Packet(to, Encoding.UTF8.GetBytes(text));

    private static void Packet(MemoryStream to, byte[] content)
    {
        to.Write(Encoding.ASCII.GetBytes((content.Length + 4).ToString("x4", CultureInfo.InvariantCulture)));
        to.Write(content);
    }
}
