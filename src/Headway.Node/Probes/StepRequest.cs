using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using Headway.Core.Evidence.Journeys;

namespace Headway.Node.Probes;

/// <summary>Makes the request of a step, filled in and tagged.</summary>
internal sealed record StepRequest(JourneyStep Step, Dictionary<string, string> Values, string Name, string TraceId)
{
    /// <exception cref="FormatException">What was extracted cannot be put where the step puts it.</exception>
    public HttpRequestMessage Make(Uri at, string method, string? cookies)
    {
        var request = new HttpRequestMessage(new(method), at);
        foreach (var (name, value) in Step.Headers)
        {
            var filled = Template.Fill(value, Values, text => text);
            if (filled.Any(char.IsControl)) throw new FormatException($"header {name} would have a control character in it");
            if (name.StartsWith("content-", StringComparison.OrdinalIgnoreCase)) continue;
            request.Headers.TryAddWithoutValidation(name, filled);
        }
        request.Headers.TryAddWithoutValidation("user-agent", ProbeHttp.Agent);
        request.Headers.TryAddWithoutValidation(ProbeHttp.NameHeader, Name);
        request.Headers.TryAddWithoutValidation(
            "traceparent", $"00-{TraceId}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}-01");
        if (cookies is not null) request.Headers.TryAddWithoutValidation("cookie", cookies);
        if (Step.Body is { } body && method == Step.Method) request.Content = Content(body);
        return request;
    }

    /// <summary>The address as text behind the authority: `//elsewhere/` is a path here and never another host.</summary>
    public Uri AddressAt(Uri instance) => new(instance.GetLeftPart(UriPartial.Authority)
        + Template.Fill(Step.Path, Values, Uri.EscapeDataString));

    private ByteArrayContent Content(StepBody body)
    {
        var text = body.Type switch
        {
            StepBody.Json => Template.FillJson(body.Text, Values),
            StepBody.Form => Template.Fill(body.Text, Values, Uri.EscapeDataString),
            _ => Template.Fill(body.Text, Values, plain => plain),
        };
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.TryAddWithoutValidation("content-type", body.Type);
        foreach (var (name, value) in Step.Headers)
            if (name.StartsWith("content-", StringComparison.OrdinalIgnoreCase))
                content.Headers.TryAddWithoutValidation(name, value);
        return content;
    }
}
