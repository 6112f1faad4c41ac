using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Headway.Core.Evidence;
using Headway.Server.Connections;
using Headway.Server.Signals.Stores;
using Headway.Server.Tests.Storage;
using Xunit;

namespace Headway.Server.Tests.Signals;

/// <summary>CloudWatch as moto_server speaks it, and the signature against values that AWS has published.</summary>
public sealed partial class CloudWatchTests : IDisposable
{
    private static readonly Credential.Aws Example =
        new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null);

    private readonly TempFolder folder = new();
    private readonly OutsideHttp http = new();

    /// <summary>get-vanilla, post-vanilla and post-x-www-form-urlencoded of AWS' Signature Version 4 test suite.</summary>
    [Theory]
    [InlineData("GET", "", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("POST", "Param1=value1", AwsSignature.FormType,
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    public void A_request_is_signed_as_AWS_has_published(string method, string body, string type, string signature)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = "example.amazonaws.com", ["x-amz-date"] = "20150830T123600Z",
        };
        if (type.Length > 0) headers["content-type"] = type;
        var authorization = AwsSignature.Authorization(
            new(method, "/", "", body, headers), Example, new("us-east-1", "service", "20150830T123600Z"));
        Assert.Equal("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders="
            + $"{string.Join(';', headers.Keys)}, Signature={signature}", authorization);
    }

    [Fact]
    public async Task Sums_of_whole_minutes_come_from_a_server_that_speaks_as_CloudWatch()
    {
        await using var moto = await Moto.StartAsync();
        var connection = new Connection("aws", ConnectionKind.CloudWatch, moto.Url) { Credential = Example, Region = "us-east-1" };
        var known = Asked.Connections(folder.Path);
        Assert.Null(known.Keep(connection));
        var now = DateTimeOffset.UtcNow;
        var minute = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        foreach (var (release, total, bad) in (ValueTuple<string, int, int>[])[(Asked.Stable, 900, 9), (Asked.Candidate, 100, 20)])
        {
            await PutAsync(connection, "Payments", release, total, minute.AddMinutes(-4).AddSeconds(10));
            await PutAsync(connection, "Payments", release, total, minute.AddMinutes(-3).AddSeconds(50));
            await PutAsync(connection, "PaymentsFailed", release, bad, minute.AddMinutes(-3).AddSeconds(1));
            // Of a minute that is too young to be whole.
            await PutAsync(connection, "Payments", release, 7, minute.AddSeconds(-61));
        }
        var source = new SignalSource.CloudWatch("aws", new(
            "Shop PaymentsFailed{Release=$release}", "Shop Payments{Release=$release} Sum", null));
        var reader = new StoreReader(new CloudWatchStore(http, TimeProvider.System), known);
        var question = Asked.Of(source, minute.AddSeconds(30)) with
        {
            Began = minute.AddHours(-1), Since = minute.AddMinutes(-2).AddSeconds(30),
        };
        var reading = await reader.ReadAsync(question, default);
        Assert.Null(reading.Problem);
        Assert.Equal((1800, 9), (reading.Stable!.Trials, reading.Stable.Events));
        Assert.Equal((200, 20), (reading.Candidate!.Trials, reading.Candidate.Events));

        var tried = await new ConnectionTest(http, TimeProvider.System).TryAsync(connection, default);
        Assert.True(tried.Answers, tried.Says);
    }

    [Fact]
    public async Task An_error_of_CloudWatch_is_told()
    {
        await using var other = await OtherSide.StartAsync(async context =>
        {
            context.Response.StatusCode = 403;
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(
                "<ErrorResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\"><Error><Type>Sender</Type>"
                + "<Code>SignatureDoesNotMatch</Code><Message>Check your key</Message></Error></ErrorResponse>"));
        });
        var connection = new Connection("aws", ConnectionKind.CloudWatch, other.Url) { Credential = Example, Region = "us-east-1" };
        var tried = await new ConnectionTest(http, TimeProvider.System).TryAsync(connection, default);
        Assert.False(tried.Answers);
        Assert.Contains("it says SignatureDoesNotMatch: Check your key", tried.Says);
    }

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    private async Task PutAsync(Connection connection, string metric, string release, int value, DateTimeOffset at)
    {
        var form = string.Join('&', new (string Key, string Value)[]
        {
            ("Action", "PutMetricData"), ("Version", "2010-08-01"), ("Namespace", "Shop"),
            ("MetricData.member.1.MetricName", metric),
            ("MetricData.member.1.Value", value.ToString(CultureInfo.InvariantCulture)),
            ("MetricData.member.1.Timestamp", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
            ("MetricData.member.1.Dimensions.member.1.Name", "Release"),
            ("MetricData.member.1.Dimensions.member.1.Value", release),
        }.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{connection.Url}/"))
        {
            Content = new StringContent(form, Encoding.UTF8, AwsSignature.FormType),
        };
        request.Content.Headers.ContentType = new(AwsSignature.FormType);
        AwsSignature.Sign(request, form, connection, DateTimeOffset.UtcNow);
        var answer = await http.AskAsync(request, null, default);
        Assert.True(answer.Status == 200, $"{answer.Problem} {answer.Begins}");
    }

    /// <summary>moto_server as a process of its own, on a port that it chooses.</summary>
    private sealed partial class Moto(Process process, string log) : IAsyncDisposable
    {
        public string Url { get; private set; } = "";

        [GeneratedRegex(@"Running on (http://127\.0\.0\.1:\d+)")]
        private static partial Regex Running { get; }

        public static async Task<Moto> StartAsync()
        {
            if (Environment.GetEnvironmentVariable("PATH")!.Split(':').All(one => !File.Exists(Path.Combine(one, "moto_server"))))
                Assert.Skip("moto_server (pip install 'moto[server]') is not here.");
            var log = Path.GetTempFileName();
            var moto = new Moto(Process.Start(new ProcessStartInfo("/bin/sh",
                ["-c", "exec moto_server -H 127.0.0.1 -p 0 >\"$TEST_LOG\" 2>&1 </dev/null"])
            {
                Environment = { ["TEST_LOG"] = log },
            })!, log);
            for (var began = Stopwatch.GetTimestamp(); moto.Url.Length == 0; await Task.Delay(100))
            {
                var text = await File.ReadAllTextAsync(log);
                moto.Url = Running.Match(text) is { Success: true } found ? found.Groups[1].Value : "";
                if (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60)) continue;
                await moto.DisposeAsync();
                throw new TimeoutException($"moto_server does not start: {text}");
            }
            return moto;
        }

        public async ValueTask DisposeAsync()
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
            File.Delete(log);
        }
    }
}
