using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Headway.Server.Telemetry.Series;
using Xunit;

namespace Headway.Server.Tests.Telemetry.Promql;

/// <summary>
/// The Prometheus of eng/prometheus. Samples reach it by its remote write, which takes marks of staleness too; a backfill
/// from text cannot write those.
/// </summary>
internal sealed class RealPrometheus : IAsyncDisposable
{
    private const long SliceMilliseconds = 300_000;

    private readonly string _folder;

    private RealPrometheus(string folder, string address) =>
        (_folder, Client) = (folder, new() { BaseAddress = new($"{address}/") });

    public HttpClient Client { get; }

    public static async Task<RealPrometheus> StartAsync()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"headway-prometheus-{Guid.NewGuid():N}");
        var (code, output, errors) = await RunAsync("start", folder);
        Assert.SkipWhen(code != 0, $"Prometheus could not be started: {errors}");
        return new(folder, output.Trim().Split('\n')[^1]);
    }

    /// <summary>The path of a program of the package, or a skip that says why there is none.</summary>
    public static async Task<string> ProgramAsync(string name)
    {
        var (code, output, errors) = await RunAsync("install");
        Assert.SkipWhen(code != 0, $"Prometheus could not be installed: {errors}");
        return Path.Combine(Path.GetDirectoryName(output.Trim().Split('\n')[^1])!, name);
    }

    public async Task WriteAsync(IReadOnlyList<TimeSeries> all)
    {
        var (first, last) = (all.Min(s => s.Times.Span[0]), all.Max(s => s.Times.Span[^1]));
        for (var from = first; from <= last; from += SliceMilliseconds)
        {
            using var body = new ByteArrayContent(Snappy(Slice(all, from, from + SliceMilliseconds)));
            body.Headers.ContentType = new("application/x-protobuf");
            body.Headers.ContentEncoding.Add("snappy");
            using var answer = await Client.PostAsync("api/v1/write", body);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await RunAsync("stop", _folder);
    }

    /// <summary>
    /// The server that the script leaves running holds on to no output of ours: the script gives it none.
    /// </summary>
    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] words)
    {
        var script = Path.Combine(Root(), "eng", "prometheus");
        using var process = Process.Start(new ProcessStartInfo(script, words)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }

    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Headway.slnx"))) return folder.FullName;
        Assert.Skip("The repository is not around the test program.");
        return "";
    }

    /// <summary>A `WriteRequest` of the samples in [from, to): series with labels and samples.</summary>
    private static byte[] Slice(IReadOnlyList<TimeSeries> all, long from, long to)
    {
        using var request = new MemoryStream();
        foreach (var series in all)
        {
            using var one = new MemoryStream();
            foreach (var (name, value) in series.Labels)
                Field(one, 1, [.. Text(1, name), .. Text(2, value)]);
            var any = false;
            for (var i = 0; i < series.Times.Length; i++)
            {
                if (series.Times.Span[i] < from || series.Times.Span[i] >= to) continue;
                using var sample = new MemoryStream();
                sample.WriteByte(1 << 3 | 1);
                sample.Write(BitConverter.GetBytes(series.Values.Span[i]));
                sample.WriteByte(2 << 3);
                Number(sample, (ulong)series.Times.Span[i]);
                Field(one, 2, sample.ToArray());
                any = true;
            }
            if (any) Field(request, 1, one.ToArray());
        }
        return request.ToArray();
    }

    private static byte[] Text(int field, string text)
    {
        using var made = new MemoryStream();
        Field(made, field, Encoding.UTF8.GetBytes(text));
        return made.ToArray();
    }

    private static void Field(MemoryStream to, int field, byte[] bytes)
    {
        to.WriteByte((byte)(field << 3 | 2));
        Number(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void Number(MemoryStream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7) to.WriteByte((byte)(value | 0x80));
        to.WriteByte((byte)value);
    }

    /// <summary>The block format with literals only: valid, and not smaller.</summary>
    private static byte[] Snappy(byte[] plain)
    {
        using var packed = new MemoryStream();
        Number(packed, (ulong)plain.Length);
        foreach (var piece in plain.Chunk(65_536))
        {
            packed.WriteByte(61 << 2);
            packed.WriteByte((byte)(piece.Length - 1));
            packed.WriteByte((byte)((piece.Length - 1) >> 8));
            packed.Write(piece);
        }
        return packed.ToArray();
    }
}
