using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Headway.Server.Connections;

/// <summary>
/// Asks what is outside. Whatever the other side does, the answer is there after ten seconds and has at most 8 MiB;
/// redirects are not followed, and proxies of the environment are not used, since either would show the credentials
/// to somebody else.
/// </summary>
public sealed class OutsideHttp : IDisposable
{
    public const int MostBytes = 8 * 1024 * 1024;

    public static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    private const int MostClients = KnownConnections.Most + 1;

    private static readonly Connection Nobody = new("", ConnectionKind.Json, "");

    /// <summary>By everything that a connection says, so that a changed one gets a client of its own.</summary>
    private readonly ConcurrentDictionary<Connection, HttpClient> clients = new();

    private readonly KnownConnections? known;

    /// <param name="known">Whose secrets are forgotten when it forgets them; null where connections never change.</param>
    public OutsideHttp(KnownConnections? known = null)
    {
        this.known = known;
        if (known is not null) known.Gone += Forget;
    }

    /// <summary>Never throws for what the other side does.</summary>
    public async Task<OutsideAnswer> AskAsync(
        HttpRequestMessage request, Connection? connection, CancellationToken stop)
    {
        Authorize(request, connection?.Credential);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(LongestAnswer);
        try
        {
            using var answer = await ClientOf(connection ?? Nobody)
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if ((int)answer.StatusCode is >= 300 and < 400)
                return OutsideAnswer.Failed(
                    $"it sent us on to {Shorten($"{answer.Headers.Location}")}, and redirects are not followed");
            return await ReadAsync(answer, limit.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException
            && !limit.IsCancellationRequested)
        {
            return OutsideAnswer.Failed($"the connection `{connection?.Name}` was changed or removed meanwhile");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return OutsideAnswer.Failed($"it did not answer within {LongestAnswer.TotalSeconds:0} s");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return OutsideAnswer.Failed(Says(failure));
        }
        finally
        {
            // Who looked it up just before it went has made a client of it again.
            if (known is not null && connection is not null && !connection.Equals(known.Find(connection.Name)))
                Forget(connection);
        }
    }

    private void Forget(Connection gone)
    {
        if (clients.TryRemove(gone, out var client)) client.Dispose();
    }

    public void Dispose()
    {
        if (known is not null) known.Gone -= Forget;
        foreach (var client in clients.Values) client.Dispose();
    }

    private static async Task<OutsideAnswer> ReadAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(stop);
        var read = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int count; (count = await body.ReadAsync(buffer, stop)) > 0;)
        {
            read.Write(buffer, 0, count);
            if (read.Length > MostBytes)
                return OutsideAnswer.Failed(
                    $"it answered with more than {MostBytes / (1024 * 1024)} MiB: ask for less, with a narrower query");
        }
        return new((int)answer.StatusCode, read.ToArray(), null);
    }

    private static void Authorize(HttpRequestMessage request, Credential? credential)
    {
        if (credential is Credential.Bearer bearer)
            request.Headers.Authorization = new("Bearer", bearer.Token);
        if (credential is Credential.Basic basic)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{basic.User}:{basic.Password}")));
        if (credential is Credential.Headers headers)
            foreach (var (name, value) in headers.Values) request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("User-Agent", "headway");
    }

    private HttpClient ClientOf(Connection connection)
    {
        if (clients.Count > MostClients && !clients.ContainsKey(connection))
            foreach (var one in clients.Keys) Forget(one);
        return clients.GetOrAdd(connection, static made => new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2), ConnectTimeout = LongestAnswer,
            ConnectCallback = OutsideAddresses.ConnectAsync, SslOptions = ConnectionTls.Options(made),
            MaxConnectionsPerServer = 16,
        })
        { Timeout = Timeout.InfiniteTimeSpan });
    }

    private static string Says(Exception failure)
    {
        for (var inner = failure; inner is not null; inner = inner.InnerException)
            switch (inner)
            {
                case AddressRefusedException: return inner.Message;
                case AuthenticationException:
                    return $"its certificate is not trusted ({Shorten(inner.Message).TrimEnd('.')}); a connection can "
                        + "be given its authority with --ca-file";
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return "nobody listens there (connection refused)";
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return "no such host is known";
            }
        return $"the request failed ({Shorten(failure.InnerException?.Message ?? failure.Message).TrimEnd('.')})";
    }

    private static string Shorten(string text) =>
        text.ReplaceLineEndings(" ") is { Length: > 200 } line ? $"{line[..200]}..." : text.ReplaceLineEndings(" ");
}

/// <param name="Problem">Why there is none, a clause that begins in lower case; null when there is one.</param>
public sealed record OutsideAnswer(int Status, byte[] Body, string? Problem)
{
    private const int MostShown = 120;

    public static OutsideAnswer Failed(string problem) => new(0, [], problem);

    /// <summary>The beginning of the answer, for a sentence about it.</summary>
    public string Begins
    {
        get
        {
            var text = Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 4 * MostShown)));
            var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
            return line.Length > MostShown ? $"{line[..MostShown]}..." : line;
        }
    }
}
