using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Queries;
using Headway.Server.Connections;

namespace Headway.Server.Signals.Stores;

/// <summary>`GetMetricData` of CloudWatch, in its query protocol: a form out, XML back.</summary>
internal sealed class CloudWatchStore(OutsideHttp http, TimeProvider time) : IMetricStore
{
    private const string Period = "60";

    public ConnectionKind Kind => ConnectionKind.CloudWatch;

    public TimeSpan Late => TimeSpan.FromMinutes(2);

    public bool Reads(SignalSource source) => source is SignalSource.CloudWatch;

    public async Task<StoreAnswer> AskAsync(Connection connection, StoreQuery query, CancellationToken stop)
    {
        if (!CloudWatchQuery.IsExpression(query.Text) && CloudWatchQuery.Parse(query.Text) is null)
            return StoreAnswer.Failed($"`{query.Text}` names no metric of CloudWatch");
        var url = new Uri($"{connection.Url.TrimEnd('/')}/");
        var form = string.Join('&', Form(query).Select(pair =>
            $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(form, Encoding.UTF8, AwsSignature.FormType),
        };
        request.Content.Headers.ContentType = new(AwsSignature.FormType);
        AwsSignature.Sign(request, form, connection, time.GetUtcNow());
        return Read(await http.AskAsync(request, connection, stop));
    }

    private static IEnumerable<KeyValuePair<string, string>> Form(StoreQuery query)
    {
        const string first = "MetricDataQueries.member.1";
        yield return new("Action", "GetMetricData");
        yield return new("Version", "2010-08-01");
        yield return new("StartTime", Time(query.From));
        yield return new("EndTime", Time(query.To));
        yield return new("ScanBy", "TimestampAscending");
        yield return new($"{first}.Id", "asked");
        yield return new($"{first}.ReturnData", "true");
        if (CloudWatchQuery.Parse(query.Text) is not { } metric || CloudWatchQuery.IsExpression(query.Text))
        {
            yield return new($"{first}.Expression", query.Text);
            yield return new($"{first}.Period", Period);
            yield break;
        }
        yield return new($"{first}.MetricStat.Metric.Namespace", metric.Namespace);
        yield return new($"{first}.MetricStat.Metric.MetricName", metric.Metric);
        foreach (var (dimension, index) in metric.Dimensions.Select((dimension, index) => (dimension, index + 1)))
        {
            yield return new($"{first}.MetricStat.Metric.Dimensions.member.{index}.Name", dimension.Name);
            yield return new($"{first}.MetricStat.Metric.Dimensions.member.{index}.Value", dimension.Value);
        }
        yield return new($"{first}.MetricStat.Period", Period);
        yield return new($"{first}.MetricStat.Stat", metric.Statistic ?? (query.IsCounter ? "Sum" : "Average"));
    }

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static StoreAnswer Read(OutsideAnswer answer)
    {
        if (answer.Problem is { } problem) return StoreAnswer.Failed(problem);
        XElement root;
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(answer.Body), new()
            {
                DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null,
            });
            root = XElement.Load(reader);
        }
        catch (XmlException)
        {
            return StoreAnswer.Failed(answer.Status == 200
                ? $"its answer is not one of CloudWatch: {answer.Begins}" : $"it answered {answer.Status}: {answer.Begins}");
        }
        if (First(root, "Error") is { } error)
            return StoreAnswer.Failed($"it says {First(error, "Code")?.Value}: {First(error, "Message")?.Value}");
        if (answer.Status != 200 || First(root, "MetricDataResults") is not { } results)
            return StoreAnswer.Failed($"it answered {answer.Status}: {answer.Begins}");
        if (First(root, "NextToken") is not null)
            return StoreAnswer.Failed("the query gives more series than fit into one answer: narrow it");
        var series = Members(results).ToArray();
        var status = series.Select(one => First(one, "StatusCode")?.Value).FirstOrDefault(s => s is not (null or "Complete"));
        return status is not null ? StoreAnswer.Failed($"it says that the numbers are not whole: {status}")
            : new([.. series.Select(Series)], null);
    }

    private static StoreSeries Series(XElement result)
    {
        var times = Members(First(result, "Timestamps")).Select(at => DateTimeOffset.TryParse(
            at.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read) ? read : default);
        var values = Members(First(result, "Values")).Select(value => double.TryParse(
            value.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var read) ? read : double.NaN);
        return new([.. times.Zip(values)]);
    }

    private static IEnumerable<XElement> Members(XElement? list) =>
        list?.Elements().Where(element => element.Name.LocalName == "member") ?? [];

    private static XElement? First(XElement element, string name) =>
        element.Descendants().FirstOrDefault(inner => inner.Name.LocalName == name);
}
