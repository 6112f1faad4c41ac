using System.Collections.Immutable;
using System.Net;
using Headway.Core.Evidence.Answers;
using Headway.Node.Gateway.Counting;
using Headway.Node.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Headway.Node.Gateway.Shadows;

/// <summary>
/// A user's request that is to be copied: what was asked, and what stable answered, as far as it is kept. It holds one
/// of its lane's places from when it is drawn until its answers have been compared.
/// </summary>
internal sealed class MirroredRequest(LaneShadow lane, LaneRoute route, ShadowTally tally) : IDisposable
{
    public const string Header = "x-headway-shadow";

    /// <summary>Answers beyond this are compared by length and hash; requests beyond the other are not copied.</summary>
    public const int MostAnswer = 256 << 10, MostRequest = 64 << 10;

    private static readonly HashSet<string> NotCopied = new(StringComparer.OrdinalIgnoreCase)
    {
        "content-length", "transfer-encoding", "connection", "expect", "te", "upgrade", "keep-alive", Header,
        "x-headway-release",
    };

    private readonly Tee answered = new(MostAnswer);
    private Tee? asked;
    private List<(string Name, string[] Values)> headers = [];
    private PathString path;
    private QueryString query;
    private ImmutableSortedDictionary<string, string> answerHeaders = ImmutableSortedDictionary<string, string>.Empty;
    private int status;
    private bool isWhole;

    public LaneRoute Route => route;
    public ShadowTally Tally => tally;
    public string Method { get; private set; } = "";

    /// <summary>The path with identities left out.</summary>
    public string RouteName { get; private set; } = "*";

    /// <summary>What it is called in examples.</summary>
    public string Says => Masking.Request(Method, RouteName, query.Value ?? "");

    public TimeSpan Took { get; private set; }
    public bool Failed => status >= 500;
    public bool IsSafe => MirrorRules.IsSafe(Method);

    /// <summary>Bytes of an answer after which nobody need read on.</summary>
    public long LongestAnswer => answered.Length + (1 << 20);

    /// <summary>The user's own answer, once it has ended.</summary>
    public Answer Answer() => AnswerReading.Of(status, answerHeaders, answered);

    /// <summary>Keeps the body while it flows to stable.</summary>
    public void WatchBody(HttpRequest request) => request.Body = new TeeStream(request.Body, asked = new(MostRequest));

    /// <summary>What goes to stable, as it goes there.</summary>
    public void Asked(HttpRequest incoming, HttpRequestMessage outgoing)
    {
        (Method, path, query) = (incoming.Method, incoming.Path, incoming.QueryString);
        var name = path.Value is { Length: <= 200 } text ? RouteNames.Template(text) : "*";
        RouteName = name.Length == 0 ? "/" : name;
        headers = [];
        foreach (var (key, values) in outgoing.Headers.NonValidated) headers.Add((key, [.. values]));
        if (outgoing.Content is null) return;
        foreach (var (key, values) in outgoing.Content.Headers.NonValidated) headers.Add((key, [.. values]));
    }

    /// <summary>What stable answers, as it goes to the user.</summary>
    public HttpContent Answered(HttpResponseMessage response)
    {
        status = (int)response.StatusCode;
        answerHeaders = AnswerReading.HeadersOf(response, tally.Rules);
        return new TeeContent(response.Content, answered);
    }

    /// <param name="whole">The user got all of the answer.</param>
    /// <param name="took">From the beginning of the request.</param>
    public void Ended(bool whole, TimeSpan took) => (isWhole, Took) = (whole && status > 0, took);

    /// <summary>The user has the answer: now the copy may go. An exchange that did not end well is not copied.</summary>
    public void Go()
    {
        if (!isWhole) Dispose();
        else if (Took > ShadowSender.LongestCopied)
        {
            tally.CountTooSlow();
            Dispose();
        }
        else if (asked is { IsOver: true })
        {
            tally.CountTooLarge();
            Dispose();
        }
        else lane.Send(this);
    }

    public HttpRequestMessage CopyFor(Instance instance)
    {
        var copy = new HttpRequestMessage(new(Method), RequestUtilities.MakeDestinationAddress(instance.Prefix, path, query))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (asked is { Length: > 0 }) copy.Content = new ReadOnlyMemoryContent(asked.Kept);
        foreach (var (name, values) in headers)
            if (!NotCopied.Contains(name) && !copy.Headers.TryAddWithoutValidation(name, values))
                copy.Content?.Headers.TryAddWithoutValidation(name, values);
        copy.Headers.TryAddWithoutValidation(Header, "true");
        copy.Headers.TryAddWithoutValidation("x-headway-release", instance.Release);
        return copy;
    }

    public void Dispose()
    {
        answered.Dispose();
        asked?.Dispose();
        lane.Leave();
    }
}
