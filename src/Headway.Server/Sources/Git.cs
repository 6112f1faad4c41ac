using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Text;

namespace Headway.Server.Sources;

/// <summary>Git said no, or did not answer in time; the message is for people.</summary>
public sealed class GitFailedException(string says, int exitCode) : Exception(says)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>
/// Runs the git command in an environment of its own: no prompts, no hooks, no configuration but ours, only the ways
/// of transport that we know, a time limit, bounded answers.
/// </summary>
public sealed class Git
{
    private const int TroubleBytes = 8 * 1024;
    private readonly SourceOptions _options;
    private readonly string _configuration;

    public Git(SourceOptions options)
    {
        _options = options;
        Storage.DataFolder.Make(options.Data);
        _configuration = Path.Combine(options.Data, "gitconfig");
        File.WriteAllText(_configuration, Configuration(
            Path.Combine(options.Data, SourceLogins.FileName), Path.Combine(options.Data, CommitSigners.FileName)));
    }

    /// <summary>The answer as text. Throws when it is longer than the limit.</summary>
    public async Task<string> TextAsync(
        int limitBytes, TimeSpan within, IEnumerable<string> arguments, CancellationToken stop,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        using var answer = new MemoryStream();
        await RunAsync(arguments, within, async (output, end) =>
        {
            var buffer = new byte[16 * 1024];
            while (await output.ReadAsync(buffer, end) is var read and > 0)
            {
                if (answer.Length + read > limitBytes)
                    throw new GitFailedException($"The answer of git is longer than {limitBytes} bytes.", 0);
                answer.Write(buffer, 0, read);
            }
        }, stop, variables);
        return Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length);
    }

    /// <summary>Gives the answer to `read` as it comes. Git is ended when `read` throws.</summary>
    public async Task RunAsync(
        IEnumerable<string> arguments, TimeSpan within, Func<Stream, CancellationToken, Task> read,
            CancellationToken stop, IReadOnlyDictionary<string, string>? variables = null, byte[]? input = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(within);
        using var process = new Process { StartInfo = StartOf(arguments, variables) };
        process.Start();
        try
        {
            var given = GiveAsync(process, input, limit.Token);
            var trouble = TroubleOfAsync(process.StandardError.BaseStream, limit.Token);
            await read(process.StandardOutput.BaseStream, limit.Token);
            await given;
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0) throw new GitFailedException(Plain(await trouble), process.ExitCode);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new GitFailedException($"Git did not answer within {within.TotalSeconds:0} s.", -1);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Beside reading, so that neither waits for the other. What ends before it has read all says why by itself.</summary>
    private static async Task GiveAsync(Process process, byte[]? input, CancellationToken stop)
    {
        try
        {
            if (input is not null) await process.StandardInput.BaseStream.WriteAsync(input, stop);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }

    private ProcessStartInfo StartOf(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? variables)
    {
        // The limit on file size is what bounds a fetch: git itself has none.
        var limited = File.Exists("/usr/bin/prlimit");
        var start = new ProcessStartInfo(limited ? "/usr/bin/prlimit" : "git")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            WorkingDirectory = _options.Data,
        };
        if (limited) foreach (
            var word in new[] { $"--fsize={_options.PackBytes}", "--core=0", "git" }) start.ArgumentList.Add(word);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var kept = new[] { "PATH", "HOME", "SSH_AUTH_SOCK", "http_proxy", "https_proxy", "no_proxy" };
        var values = kept.Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name))).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in values.Where(each => each.Value is not null)) start.Environment[name] = value;
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = _configuration;
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_ASKPASS"] = "/bin/false";
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["GIT_SSH_COMMAND"] = Ssh(_options.Data);
        foreach (var (name, value) in variables ?? ReadOnlyDictionary<string, string>.Empty)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>Hosts are believed by keys that were pinned, ours or the user's own; none is taken on first sight.</summary>
    private static string Ssh(string data)
    {
        var (key, hosts) = (Path.Combine(data, SourceKeys.PrivateKeyName), Path.Combine(data, SourceKeys.KnownHostsName));
        return "ssh -oBatchMode=yes -oConnectTimeout=10 -oStrictHostKeyChecking=yes -oUpdateHostKeys=no "
            + $"-o'UserKnownHostsFile=\"{hosts}\" ~/.ssh/known_hosts'{(File.Exists(key) ? $" -i '{key}'" : "")}";
    }

    /// <summary>
    /// The beginning of what git complains about; the rest is read and dropped, so that it never blocks.
    /// </summary>
    private static async Task<string> TroubleOfAsync(Stream errors, CancellationToken stop)
    {
        var buffer = new byte[TroubleBytes];
        var kept = await errors.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        await errors.CopyToAsync(Stream.Null, stop);
        return Encoding.UTF8.GetString(buffer, 0, kept);
    }

    private static string Plain(string trouble)
    {
        var lines = trouble.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith("hint:", StringComparison.Ordinal)
                && !line.StartsWith("@@@", StringComparison.Ordinal)).Take(4);
        var says = string.Join(" ", lines);
        return says.Length == 0 ? "Git failed and did not say why." : says;
    }

    /// <summary>
    /// Ours alone is read; it also reaches the other end of a local fetch, which a command line does not.
    /// </summary>
    private static string Configuration(string credentials, string signers) => $"""
        [safe]
            directory = *
        [core]
            hooksPath = /dev/null
            fsmonitor = false
            bigFileThreshold = 1m
        [protocol]
            allow = never
        [protocol "file"]
            allow = always
        [protocol "http"]
            allow = always
        [protocol "https"]
            allow = always
        [protocol "ssh"]
            allow = always
        [credential]
            helper = store --file='{credentials}'
        [gpg]
            program = /bin/false
        [gpg "x509"]
            program = /bin/false
        [gpg "ssh"]
            allowedSignersFile = {signers}
        [gc]
            autoDetach = false
        [http]
            lowSpeedLimit = 1000
            lowSpeedTime = 30

        """;
}
