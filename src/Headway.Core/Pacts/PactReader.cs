using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Headway.Core.Pacts;

/// <summary>The file, or a part of it, is no contract that can be verified; the message says why.</summary>
public sealed class PactUnreadableException(string says) : Exception(says);

/// <summary>Reads Pact files of the versions 1 to 4. Interactions that are no HTTP are left out and named.</summary>
public static class PactReader
{
    public const int MostBytes = 16 << 20;

    /// <summary>Throws <see cref="PactUnreadableException"/>.</summary>
    public static Pact Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length > MostBytes) throw new PactUnreadableException($"it is larger than {MostBytes >> 20} MB");
        try
        {
            using var document = JsonDocument.Parse(file, new JsonDocumentOptions { MaxDepth = 64 });
            return Read(document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw new PactUnreadableException($"it is not JSON: {e.Message}");
        }
    }

    public static bool LooksLikeOne(JsonElement root) => root.ValueKind is JsonValueKind.Object
        && root.TryGetProperty("consumer", out _) && root.TryGetProperty("provider", out _);

    public static Pact Read(JsonElement root)
    {
        if (!LooksLikeOne(root)) throw new PactUnreadableException("it names no `consumer` and `provider`");
        var (consumer, provider) = (NameOf(root, "consumer"), NameOf(root, "provider"));
        var version = VersionOf(root);
        var interactions = ImmutableArray.CreateBuilder<Interaction>();
        var skipped = ImmutableArray.CreateBuilder<string>();
        if (root.TryGetProperty("messages", out var messages) && messages.ValueKind is JsonValueKind.Array)
            skipped.AddRange(messages.EnumerateArray().Take(Pact.MostInteractions).Select(message =>
                $"{Text(message, "description") ?? "a message"}: messages are not verified, only HTTP is"));
        if (root.TryGetProperty("interactions", out var list) && list.ValueKind is JsonValueKind.Array)
            foreach (var one in list.EnumerateArray())
            {
                if (interactions.Count >= Pact.MostInteractions)
                    throw new PactUnreadableException($"it has more than {Pact.MostInteractions} interactions");
                Add(one, interactions, skipped);
            }
        return new(consumer, provider, version, interactions.ToImmutable(), skipped.ToImmutable());
    }

    private static void Add(
        JsonElement one, ImmutableArray<Interaction>.Builder interactions, ImmutableArray<string>.Builder skipped)
    {
        var description = Text(one, "description") ?? "an interaction";
        if (Text(one, "type") is { } type && type != "Synchronous/HTTP")
        {
            skipped.Add($"{description}: {type} is not verified, only HTTP is");
            return;
        }
        try
        {
            interactions.Add(new(description, States(one), Request(Part(one, "request")), Response(Part(one, "response"))));
        }
        // A number where an object should be: whoever wrote the file is somebody else than whoever it stops.
        catch (Exception e) when (e is PactUnreadableException or InvalidOperationException or FormatException)
        {
            throw new PactUnreadableException($"`{description}`: {e.Message}");
        }
    }

    private static ImmutableArray<ProviderState> States(JsonElement one)
    {
        if (one.TryGetProperty("providerStates", out var states) && states.ValueKind is JsonValueKind.Array)
            return [.. states.EnumerateArray().Take(50).Select(state => new ProviderState(Text(state, "name") ?? "",
                state.TryGetProperty("params", out var given) ? given : null))];
        return (Text(one, "providerState") ?? Text(one, "provider_state")) is { Length: > 0 } name ? [new(name, null)] : [];
    }

    private static PactRequest Request(JsonElement request)
    {
        var headers = PactParts.Headers(request);
        return new(Text(request, "method")?.ToUpperInvariant() ?? "GET", Text(request, "path") ?? "/",
            PactParts.Query(request), headers, PactParts.Body(request, headers));
    }

    private static PactResponse Response(JsonElement response)
    {
        var headers = PactParts.Headers(response);
        var status = response.TryGetProperty("status", out var code) && code.TryGetInt32(out var number) ? number : 0;
        JsonElement? rules = response.TryGetProperty("matchingRules", out var given) ? given : null;
        return new(status, headers, PactParts.Body(response, headers), RuleReader.Read(rules));
    }

    private static JsonElement Part(JsonElement one, string name) =>
        one.TryGetProperty(name, out var part) && part.ValueKind is JsonValueKind.Object ? part
            : throw new PactUnreadableException($"it has no `{name}`");

    private static string NameOf(JsonElement root, string side) =>
        root.GetProperty(side) is { ValueKind: JsonValueKind.Object } named && Text(named, "name") is { Length: > 0 and <= 200 } name
            ? name : throw new PactUnreadableException($"its `{side}` has no name");

    private static string VersionOf(JsonElement root)
    {
        if (!root.TryGetProperty("metadata", out var metadata) || metadata.ValueKind is not JsonValueKind.Object) return "2";
        foreach (var name in new[] { "pactSpecification", "pact-specification" })
            if (metadata.TryGetProperty(name, out var said) && said.ValueKind is JsonValueKind.Object)
                return Text(said, "version") ?? "2";
        return Text(metadata, "pactSpecificationVersion") ?? "2";
    }

    internal static string? Text(JsonElement element, string name) => element.ValueKind is JsonValueKind.Object
        && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
