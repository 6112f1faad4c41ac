using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Pacts;

namespace Headway.Cli.Pacts;

/// <summary>Makes the requests of consumers to a provider that runs, each after the states that it wants.</summary>
internal sealed class Replay : IDisposable
{
    private const int LargestBody = 16 << 20;
    private readonly HttpClient _http;
    private readonly string? _states;

    public Replay(Uri address, string? states)
    {
        _states = states;
        // What the consumer sent is sent, and what comes back is compared: nothing follows, keeps or unpacks on its own.
        _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = address, Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = LargestBody,
        };
    }

    public async Task<PactVerified> VerifyAsync(PactToVerify given, CancellationToken stop)
    {
        PactVerified Verified(string? problem, ImmutableArray<InteractionVerified> interactions) =>
            new(given.Consumer, given.Version, given.Digest, given.IsPending, problem, interactions);
        Pact pact;
        try
        {
            pact = PactReader.Read(given.Pact);
        }
        catch (PactUnreadableException e)
        {
            return Verified($"The contract cannot be read: {e.Message}.", []);
        }
        var interactions = ImmutableArray.CreateBuilder<InteractionVerified>();
        foreach (var interaction in pact.Interactions)
            interactions.Add(new(interaction.Name, await ProblemsAsync(pact.Consumer, interaction, stop)));
        // A message that nobody looked at must not pass for one that is kept.
        return Verified(pact.Skipped.IsEmpty ? null : pact.Skipped[0], interactions.ToImmutable());
    }

    public void Dispose() => _http.Dispose();

    private async Task<ImmutableArray<string>> ProblemsAsync(string consumer, Interaction interaction, CancellationToken stop)
    {
        try
        {
            foreach (var state in interaction.States)
                if (await StateAsync(consumer, state, stop) is { } problem) return [problem];
            var answer = await AskAsync(interaction.Request, stop);
            return [.. AnswerMatch.Compare(interaction.Response, answer).Select(mismatch => mismatch.Says)];
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or FormatException
            || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return [$"{interaction.Request.Method} {interaction.Request.Path} got no answer: {e.Message}"];
        }
    }

    /// <summary>Where the provider has no place for states, the request is made all the same: it may not need them.</summary>
    private async Task<string?> StateAsync(string consumer, ProviderState state, CancellationToken stop)
    {
        if (_states is null) return null;
        // With its length and not in pieces, so that also a place for states of ten lines can read it.
        using var content = new StringContent(JsonSerializer.Serialize(
            new { consumer, state = state.Name, @params = state.Parameters, action = "setup" }, Wire.Json),
            Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(_states, content, stop);
        return answer.IsSuccessStatusCode ? null
            : $"the state `{state.Name}` cannot be set: POST {_states} answers {(int)answer.StatusCode}";
    }

    private async Task<PactAnswer> AskAsync(PactRequest wanted, CancellationToken stop)
    {
        var path = wanted.Path.StartsWith('/') ? wanted.Path : $"/{wanted.Path}";
        using var request = new HttpRequestMessage(new(wanted.Method), new Uri(_http.BaseAddress!, path + (wanted.Query.Length > 0 ? $"?{wanted.Query}" : "")))
        {
            Content = BodyOf(wanted),
        };
        foreach (var header in wanted.Headers)
            if (!header.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)
                && !request.Headers.TryAddWithoutValidation(header.Name, header.Value))
                request.Content?.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var answer = await _http.SendAsync(request, stop);
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .SelectMany(header => header.Value.Select(value => new PactHeader(header.Key, value)));
        return new((int)answer.StatusCode, [.. headers], [.. await answer.Content.ReadAsByteArrayAsync(stop)]);
    }

    private static ByteArrayContent? BodyOf(PactRequest request)
    {
        var (bytes, type) = request.Body switch
        {
            PactBody.Json json => (Encoding.UTF8.GetBytes(json.Value.GetRawText()), "application/json"),
            PactBody.Text text => (Encoding.UTF8.GetBytes(text.Value), text.ContentType),
            PactBody.Binary binary => ([.. binary.Value], binary.ContentType),
            _ => (null, null),
        };
        if (bytes is null) return null;
        var written = request.Headers.FirstOrDefault(header =>
            header.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))?.Value ?? type!;
        var content = new ByteArrayContent(bytes);
        if (MediaTypeHeaderValue.TryParse(written, out var parsed)) content.Headers.ContentType = parsed;
        else content.Headers.TryAddWithoutValidation("Content-Type", written);
        return content;
    }
}
