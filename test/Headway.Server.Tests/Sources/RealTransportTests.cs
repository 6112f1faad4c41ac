using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using Headway.Core;
using Headway.Server.Sources;
using Headway.Server.Storage;
using Headway.Server.Tests.Pipelines;
using Headway.Server.Tests.Sources.Triggers;
using Xunit;

namespace Headway.Server.Tests.Sources;

/// <summary>git over http through nginx and git's own http-backend, and over ssh through a real sshd.</summary>
public sealed class RealTransportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("headway-transport-").FullName;

    [Fact]
    public async Task Over_http_a_login_is_needed_kept_apart_and_never_seen_in_processes_or_the_record()
    {
        await DebianPackage.NeedAsync("nginx", "nginx-light");
        await DebianPackage.NeedAsync("fcgiwrap", "fcgiwrap");
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First");
        var port = ServerProcess.FreePort();
        var (socket, conf) = (Path.Combine(folder, "cgi.sock"), Path.Combine(folder, "nginx.conf"));
        await File.WriteAllTextAsync(Path.Combine(folder, "users"), "ann:{PLAIN}p4ss w0rd+1\n");
        await File.WriteAllTextAsync(conf, Nginx(port, socket, Path.GetDirectoryName(repository.Folder)!));
        await using var cgi = ServerProcess.Start("/usr/sbin/fcgiwrap", "-s", $"unix:{socket}");
        await using var nginx = ServerProcess.Start("/usr/sbin/nginx", "-c", conf, "-p", folder, "-g", "daemon off;");
        await ServerProcess.ListensAsync(port);
        var source = $"http://127.0.0.1:{port}/{Path.GetFileName(repository.Folder)}/.git";
        await using var server = await PipelineServer.StartAsync(TriggerTests.Often);

        var refused = await server.RegisterAsync(source);
        Assert.Equal(422, (int)refused.StatusCode);
        await PutAsync(server, "api/v1/sources/login", new SourceLogin($"http://127.0.0.1:{port}", "ann", "p4ss w0rd+1"));
        using var watched = new CommandLines("p4ss");
        Assert.True((await server.RegisterAsync(source)).IsSuccessStatusCode);
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-1"));
        repository.Commit("Second");
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-2"));

        Assert.Empty(watched.Found());
        var stored = await server.Store.ReadAllAsync(0, 1000, default);
        Assert.DoesNotContain(stored, e => Encoding.UTF8.GetString(e.Payload!).Contains("p4ss"));
        var file = new FileInfo(Path.Combine(server.Data, "sources", SourceLogins.FileName));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
    }

    [Fact]
    public async Task Over_ssh_the_hosts_key_must_be_pinned_and_the_servers_own_key_is_used()
    {
        await DebianPackage.NeedAsync("sshd", "openssh-server");
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First");
        await using var server = await PipelineServer.StartAsync(TriggerTests.Often);
        var own = await PostAsync<SourceKey>(server, "api/v1/sources/key", new { });
        Assert.Equal(own, await PostAsync<SourceKey>(server, "api/v1/sources/key", new { }));
        await File.WriteAllTextAsync(Path.Combine(folder, "authorized"), own.PublicKey + "\n");
        var port = ServerProcess.FreePort();
        var source = $"ssh://{Environment.UserName}@127.0.0.1:{port}{repository.Folder}";
        await using (var sshd = await SshAsync(port, "one"))
        {
            var unknown = await server.RegisterAsync(source);
            Assert.Contains("Host key verification failed", await unknown.Content.ReadAsStringAsync());
            var seen = await PostAsync<HostKeysSeen>(server, "api/v1/sources/trust", new HostTrusted($"127.0.0.1:{port}"));
            var first = Assert.Single(seen.Keys).Fingerprint;
            Assert.False(seen.Pinned);
            Assert.Equal(FingerprintOf("one"), first);
            Assert.False((await TrustAsync(server, port, "SHA256:another")).Pinned);
            Assert.Equal(422, (int)(await server.RegisterAsync(source)).StatusCode);
            Assert.True((await TrustAsync(server, port, first)).Pinned);
            var registered = await server.RegisterAsync(source);
            Assert.True(registered.IsSuccessStatusCode, await registered.Content.ReadAsStringAsync());
            await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-1"));
        }
        await using var other = await SshAsync(port, "two");
        repository.Commit("Second");
        var changed = await server.RegisterAsync(source);
        Assert.Contains("REMOTE HOST IDENTIFICATION HAS CHANGED", await changed.Content.ReadAsStringAsync());
        await PipelineServer.EventuallyAsync(() => server.Services.Find("shop")!.Trouble);
        Assert.Null(server.Runs.Find("shop-2"));
        Assert.True((await TrustAsync(server, port, FingerprintOf("two"))).Pinned);
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-2"), () => $"{server.Services.Find("shop")}");
    }

    [Fact]
    public async Task A_commit_must_be_signed_by_a_known_key_where_that_is_asked_for()
    {
        await DebianPackage.NeedAsync("ssh-keygen", "openssh-client");
        using var repository = TriggerTests.Shop("source: { signedCommits: required }");
        var (known, stranger) = (Key("ann"), Key("eve"));
        await using var server = await PipelineServer.StartAsync(TriggerTests.Often);
        Sign(repository, stranger);
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        await RefusedAsync(server, "no signer is known");
        await PutAsync(server, "api/v1/sources/signers",
            new SignersWritten($"ada@example.org {await File.ReadAllTextAsync(known + ".pub")}"));
        var foreign = Sign(repository, stranger);
        await RefusedAsync(server, $"{foreign[..7]} is not signed by a known key");
        var plain = repository.Commit("Unsigned");
        await RefusedAsync(server, $"{plain[..7]} is not signed by a known key");
        var right = Sign(repository, known);
        var run = await PipelineServer.EventuallyAsync(() => server.Runs.All.FirstOrDefault(),
            () => $"{server.Services.Find("shop")}");
        Assert.Equal((1, right), (run.Number, run.Commit.Sha));
        var wrong = await server.Http.PutAsJsonAsync("api/v1/sources/signers", new SignersWritten("nonsense"), Wire.Json);
        Assert.Equal(400, (int)wrong.StatusCode);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Task<string> RefusedAsync(PipelineServer server, string says) => PipelineServer.EventuallyAsync(
        () => server.Services.Find("shop")!.Refused is { } refused && refused.Contains(says) ? refused : null,
        () => $"{server.Services.Find("shop")}");

    private static string Sign(GitRepository repository, string key)
    {
        repository.Git("add", "--all");
        repository.Git("-c", "gpg.format=ssh", "-c", $"user.signingkey={key}", "commit", "--quiet", "--allow-empty", "-S",
            "-m", "Signed");
        return repository.Head();
    }

    private string Key(string name)
    {
        var file = Path.Combine(folder, name);
        Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]).WaitForExit();
        return file;
    }

    private string FingerprintOf(string name)
    {
        using var process = Process.Start(new ProcessStartInfo("ssh-keygen", ["-l", "-f", Path.Combine(folder, name + ".pub")])
        {
            RedirectStandardOutput = true,
        })!;
        return process.StandardOutput.ReadToEnd().Split(' ')[1];
    }

    private async Task<ServerProcess> SshAsync(int port, string key)
    {
        Key(key);
        Directory.CreateDirectory("/run/sshd");
        var conf = Path.Combine(folder, $"{key}.conf");
        await File.WriteAllTextAsync(conf, $"""
            ListenAddress 127.0.0.1:{port}
            HostKey {Path.Combine(folder, key)}
            AuthorizedKeysFile {Path.Combine(folder, "authorized")}
            PidFile none
            UsePAM no
            StrictModes no
            PasswordAuthentication no
            KbdInteractiveAuthentication no

            """);
        var started = ServerProcess.Start("/usr/sbin/sshd", "-D", "-e", "-f", conf);
        await ServerProcess.ListensAsync(port);
        return started;
    }

    private static Task<HostKeysSeen> TrustAsync(PipelineServer server, int port, string fingerprint) =>
        PostAsync<HostKeysSeen>(server, "api/v1/sources/trust", new HostTrusted($"127.0.0.1:{port}", fingerprint));

    private static async Task<T> PostAsync<T>(PipelineServer server, string path, object body)
    {
        using var content = JsonContent.Create(body, body.GetType(), options: Wire.Json);
        var answer = await server.Http.PostAsync(path, content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<T>(Wire.Json))!;
    }

    private static async Task PutAsync(PipelineServer server, string path, object body)
    {
        using var content = JsonContent.Create(body, body.GetType(), options: Wire.Json);
        var answer = await server.Http.PutAsync(path, content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private string Nginx(int port, string socket, string root) => $$"""
        user root;
        worker_processes 1;
        pid {{folder}}/nginx.pid;
        error_log {{folder}}/error.log;
        events { worker_connections 64; }
        http {
            access_log off;
            client_body_temp_path {{folder}}/t1; proxy_temp_path {{folder}}/t2; fastcgi_temp_path {{folder}}/t3;
            uwsgi_temp_path {{folder}}/t4; scgi_temp_path {{folder}}/t5;
            server {
                listen 127.0.0.1:{{port}};
                location / {
                    auth_basic "git"; auth_basic_user_file {{folder}}/users;
                    fastcgi_pass unix:{{socket}};
                    fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
                    fastcgi_param GIT_PROJECT_ROOT {{root}};
                    fastcgi_param GIT_HTTP_EXPORT_ALL 1;
                    fastcgi_param PATH_INFO $uri;
                    fastcgi_param QUERY_STRING $query_string;
                    fastcgi_param REQUEST_METHOD $request_method;
                    fastcgi_param CONTENT_TYPE $content_type;
                    fastcgi_param CONTENT_LENGTH $content_length;
                    fastcgi_param REMOTE_USER $remote_user;
                    fastcgi_param HTTP_GIT_PROTOCOL $http_git_protocol;
                }
            }
        }
        """;

    /// <summary>Looks at the arguments of all processes, again and again.</summary>
    private sealed class CommandLines : IDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly List<string> found = [];
        private readonly Task looking;

        public CommandLines(string secret) => looking = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                foreach (var folder in Directory.EnumerateDirectories("/proc").Where(name => char.IsAsciiDigit(name[6])))
                    try
                    {
                        var line = File.ReadAllText(Path.Combine(folder, "cmdline"));
                        if (line.Contains("git") && line.Contains(secret)) lock (found) found.Add(line);
                    }
                    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                    {
                        // It ended while it was looked at.
                    }
        });

        public List<string> Found()
        {
            lock (found) return [.. found];
        }

        public void Dispose()
        {
            stop.Cancel();
            looking.Wait();
            stop.Dispose();
        }
    }
}
