using System.Net.Http;
using System.Text;
using System.Text.Json;
using Headway.Core.Evidence.Journeys;

namespace Headway.Node.Probes;

/// <summary>Whether an answer is what its step expects; takes out of it what later steps need.</summary>
/// <param name="values">By name, as JSON text; extracted values are added.</param>
internal sealed class AnswerCheck(JourneyStep step, Dictionary<string, string> values)
{
    private const int LongestValue = 4096;

    /// <summary>What is wrong, as a clause, or null.</summary>
    public string? Problem(HttpResponseMessage answer, ReadOnlyMemory<byte> body, bool isCut) =>
        StatusProblem((int)answer.StatusCode) ?? HeaderProblem(answer) ?? TextProblem(body, isCut)
        ?? (step.NeedsJson ? JsonProblem(body, isCut) : null);

    private string? StatusProblem(int status) => step.Status is { } wanted
        ? status == wanted ? null : $"status {status} instead of {wanted}"
        : status is >= 200 and < 400 ? null : $"status {status}";

    private string? HeaderProblem(HttpResponseMessage answer)
    {
        foreach (var (name, wanted) in step.Header)
        {
            if (!answer.Headers.TryGetValues(name, out var found) && !answer.Content.Headers.TryGetValues(name, out found))
                return $"no header {name}";
            var value = string.Join(", ", found);
            if (!value.Contains(Template.Fill(wanted, values, text => text), StringComparison.OrdinalIgnoreCase))
                return $"header {name} is `{Secrets.Shown(name, value)}`, which does not hold `{wanted}`";
        }
        return null;
    }

    private string? TextProblem(ReadOnlyMemory<byte> body, bool isCut) =>
        step.Contains is null || Encoding.UTF8.GetString(body.Span).Contains(
            Template.Fill(step.Contains, values, text => text), StringComparison.Ordinal) ? null
            : $"the answer does not hold `{step.Contains}`{(isCut ? " in its first MB" : "")}";

    private string? JsonProblem(ReadOnlyMemory<byte> body, bool isCut)
    {
        if (isCut) return "the answer is larger than the 1 MB that is read, so it cannot be read as JSON";
        try
        {
            using var document = JsonDocument.Parse(body);
            return ValueProblem(document.RootElement) ?? ExtractProblem(document.RootElement);
        }
        catch (JsonException)
        {
            return "the answer is not JSON";
        }
    }

    private string? ValueProblem(JsonElement document)
    {
        foreach (var (path, value) in step.Json)
        {
            if (JsonPath.Parse(path)?.In(document) is not { } found) return $"{path} is not there";
            if (value is null) continue;
            using var wanted = JsonDocument.Parse(Template.FillJson(value, values));
            if (!JsonElement.DeepEquals(found, wanted.RootElement))
                return $"{path} is {Secrets.Shown(path, found.GetRawText())} instead of {Secrets.Shown(path, value)}";
        }
        return null;
    }

    private string? ExtractProblem(JsonElement document)
    {
        foreach (var (name, path) in step.Extract)
        {
            if (JsonPath.Parse(path)?.In(document) is not { } found) return $"{path} is not there to be extracted";
            var text = found.GetRawText();
            if (text.Length > LongestValue) return $"{path} is too long to be extracted ({text.Length} characters)";
            values[name] = text;
        }
        return null;
    }
}
