using System.Collections.Immutable;
using System.Text;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;

namespace Headway.Node.Jobs.Beside;

/// <summary>The runner cannot give the job what it asks for; the message says what to do.</summary>
internal sealed class JobRefusedException(string says) : Exception(says);

/// <param name="Run">Null: it is an image, which the runner has started by then.</param>
internal sealed record CompanionStart(
    string Name, string? Run, string Ready, int Port, ImmutableArray<KeyValuePair<string, string>> Variables);

/// <summary>
/// What runs beside a job. It is started inside the job's own sandbox, so that it ends with the job, counts in the job's
/// limits and listens in the job's own network.
/// </summary>
internal sealed record Companions(ImmutableArray<CompanionStart> All)
{
    public static readonly Companions None = new([]);

    /// <summary>Path of the network namespace that the job enters instead of one of its own; null for one of its own.</summary>
    public string? Network { get; init; }

    /// <summary>Something that is not ready by then will not be.</summary>
    private const int ReadyRounds = 1200;

    public bool IsEmpty => All.IsEmpty;

    public IEnumerable<KeyValuePair<string, string>> Variables =>
        All.SelectMany(each => each.Variables).GroupBy(each => each.Key).Select(same => same.First());

    /// <exception cref="JobRefusedException">A program is not installed, or cannot run in this sandbox.</exception>
    public static Companions Of(JobOrder order, Sandbox sandbox)
    {
        var asked = (order.Room ?? JobRoom.Plain).Companions;
        // In a network of its own nobody else has the port; in the machine's, only a free one is sure not to clash.
        var own = !order.Network && sandbox.Isolation is not Isolation.Session;
        return asked.IsDefaultOrEmpty ? None
            : new([.. asked.Select(each => new KnownCompanions(sandbox, own).Start(each))]);
    }

    /// <summary>
    /// Starts all of them, waits until each is ready, and becomes the job's command, which is its only argument. They are
    /// nobody's children then, so that a job that waits for its own does not wait for them.
    /// </summary>
    public string Script(string logs)
    {
        var script = new StringBuilder($$"""
            begin() { ( ( PORT=$2; export PORT; exec /bin/sh -c "$3" >> "{{logs}}/$1.log" 2>&1 < /dev/null ) & echo $! ); }
            ready() {
                rounds=0
                until PORT=$2 /bin/sh -c "$4" > /dev/null 2>&1 < /dev/null; do
                    if [ -n "$3" ] && ! kill -0 "$3" 2> /dev/null; then
                        echo "Service $1 ended before it was ready; its last line: $(tail -n 1 "{{logs}}/$1.log")"
                        exit 125
                    fi
                    rounds=$((rounds + 1))
                    if [ $rounds -gt {{ReadyRounds}} ]; then
                        echo "Service $1 was not ready in time; its last line: $(tail -n 1 "{{logs}}/$1.log")"
                        exit 125
                    fi
                    sleep 0.05
                done
            }

            """);
        var own = All.Where(each => each.Run is not null).Select((each, number) => (each, number)).ToList();
        foreach (var (each, number) in own)
            script.AppendLine($"pid{number}=$(begin {each.Name} {each.Port} {Quoted(each.Run!)})");
        foreach (var (each, number) in own)
            script.AppendLine($"ready {each.Name} {each.Port} \"$pid{number}\" {Quoted(each.Ready)}");
        return script.Append("exec \"$@\"\n").ToString();
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
