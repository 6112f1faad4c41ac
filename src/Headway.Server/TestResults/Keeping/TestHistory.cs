using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Core.TestResults;
using Headway.Server.Pipelines;
using Headway.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Headway.Server.TestResults.Keeping;

/// <summary>
/// What each test of each job did in the last attempts. Bounded by attempts for each job; kept for a test as long as one of
/// them names it.
/// </summary>
public sealed class TestHistory : IDisposable
{
    public const int AttemptsKept = FlakyRule.Window;
    private const int MostPlans = 2000;

    /// <summary>Stored for a test that passed only when its tool repeated it: it failed and passed.</summary>
    private const int Repeated = 3;
    private readonly SqliteSession _session;
    private readonly Lock _alone = new();
    private readonly TimeProvider _time;

    public TestHistory(PipelineOptions options, TimeProvider time)
    {
        _time = time;
        Directory.CreateDirectory(options.Data);
        _session = HistorySchema.Open(Path.Combine(options.Data, "tests.db"));
    }

    /// <summary>Keeps what an attempt reported. Told again, it takes the place of what was kept.</summary>
    public void Keep(TestAttempt at, TestReport report)
    {
        lock (_alone)
        {
            _session.Script("BEGIN IMMEDIATE");
            try
            {
                var job = JobId(at);
                Forget(at);
                var id = (long)_session.Scalar("""
                    INSERT INTO attempts (job, cell, run, attempt, code, commit_sha, branch, counts, at, total, complete,
                        passed, summary)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12) RETURNING id
                    """, job, at.Cell, at.Run, at.Attempt, at.Code, at.Commit, at.Branch, at.Counts ? 1 : 0,
                    _time.GetUtcNow().ToUnixTimeMilliseconds(), report.Count, report.IsComplete ? 1 : 0,
                    JsonSerializer.SerializeToUtf8Bytes(AttemptSummary.Of(at, report, "", null), Wire.Json))!;
                Keep(job, id, report.Tests, at.Counts);
                Prune(job, at);
                _session.Script("COMMIT");
            }
            catch
            {
                _session.Script("ROLLBACK");
                throw;
            }
        }
    }

    /// <summary>What was decided from it, added to what is kept of the attempt.</summary>
    public void Conclude(TestAttempt at, AttemptSummary summary, Coverage? coverage, bool passed)
    {
        lock (_alone)
            _session.Execute(
                "UPDATE attempts SET summary = $4, coverage = $5, passed = $6 WHERE run = $1 AND cell = $2 AND attempt = $3",
                at.Run, at.Cell, at.Attempt, JsonSerializer.SerializeToUtf8Bytes(summary, Wire.Json),
                coverage is null ? null : JsonSerializer.SerializeToUtf8Bytes(coverage, Wire.Json), passed ? 1 : 0);
    }

    /// <summary>
    /// The oldest first: attempts of the branch, and those of the run itself; what else merge requests did is left out.
    /// </summary>
    public ImmutableArray<TestObservation> Observations(string service, string job, string test, string? run)
    {
        var rows = Read(static row => (Code: row.GetString(0), Outcome: row.GetInt32(1), Commit: row.GetString(2)), """
            SELECT a.code, r.outcome, a.commit_sha FROM jobs j JOIN tests t ON t.job = j.id JOIN results r ON r.test = t.id
            JOIN attempts a ON a.id = r.attempt
            WHERE j.service = $1 AND j.job = $2 AND t.name = $3 AND (a.counts = 1 OR a.run = $4)
            ORDER BY a.id DESC LIMIT $5
            """, service, job, test, run ?? "", FlakyRule.Window);
        rows.Reverse();
        return
        [
            .. rows.Where(row => row.Outcome != (int)TestOutcome.Skipped).SelectMany(row => row.Outcome == Repeated
                ? [Seen(row.Code, true, row.Commit), Seen(row.Code, false, row.Commit)]
                : new[] { Seen(row.Code, row.Outcome == (int)TestOutcome.Failed, row.Commit) }),
        ];
    }

    private static TestObservation Seen(string code, bool failed, string commit) => new(code, failed) { Commit = commit };

    /// <summary>The newest first.</summary>
    public ImmutableArray<TestSeen> SeenOf(string service, string job, string test) =>
    [
        .. Read(static row => new TestSeen(row.GetString(0), row.GetInt32(1), row.GetString(2),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
            row.GetInt32(4) == Repeated ? TestOutcome.Passed : (TestOutcome)row.GetInt32(4),
            row.IsDBNull(5) ? null : row.GetDouble(5)) { PassedOnlyWhenRepeated = row.GetInt32(4) == Repeated }, """
            SELECT a.run, a.attempt, a.commit_sha, a.at, r.outcome, r.ms FROM jobs j JOIN tests t ON t.job = j.id
            JOIN results r ON r.test = t.id JOIN attempts a ON a.id = r.attempt
            WHERE j.service = $1 AND j.job = $2 AND t.name = $3 ORDER BY a.id DESC LIMIT 200
            """, service, job, test),
    ];

    /// <summary>Tests that failed at least once in what is kept of the branch.</summary>
    public ImmutableArray<(string Job, string Test)> EverFailed(string service, int limit) =>
    [
        .. Read(static row => (row.GetString(0), row.GetString(1)), """
            SELECT j.job, t.name FROM jobs j JOIN tests t ON t.job = j.id JOIN results r ON r.test = t.id
            JOIN attempts a ON a.id = r.attempt WHERE j.service = $1 AND a.counts = 1 AND r.outcome IN (1, 3)
            GROUP BY t.id ORDER BY count(*) DESC, t.name LIMIT $2
            """, service, limit),
    ];

    /// <summary>Jobs in which a test of that name, or one that ends so, is known.</summary>
    public ImmutableArray<(string Job, string Test)> Named(string service, string name) =>
    [
        .. Read(static row => (row.GetString(0), row.GetString(1)), """
            SELECT j.job, t.name FROM jobs j JOIN tests t ON t.job = j.id
            WHERE j.service = $1 AND (t.name = $2 OR substr(t.name, -length($2)) = $2)
            ORDER BY t.name = $2 DESC, t.name LIMIT 20
            """, service, name),
    ];

    /// <summary>
    /// Tests of the last attempt that passed on the branch; null when none is kept. Shards pass tests to each other, so theirs are
    /// those of all shards together.
    /// </summary>
    public ImmutableArray<TestPlace>? LastPassed(TestAttempt at)
    {
        var attempts = Read(static row => row.GetInt64(0), """
            SELECT max(a.id) FROM attempts a JOIN jobs j ON j.id = a.job WHERE j.service = $1 AND j.job = $2
            AND (a.cell = $3 OR $3 <> $2) AND a.complete = 1 AND a.counts = 1 AND a.passed = 1
            AND NOT (a.run = $4 AND a.cell = $3 AND a.attempt = $5) GROUP BY a.cell
            """, at.Service, at.Job, at.Cell, at.Run, at.Attempt);
        if (attempts.Count == 0) return null;
        return
        [
            .. attempts.SelectMany(id => Read(static row => new TestPlace(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1)),
                "SELECT t.name, t.unit FROM results r JOIN tests t ON t.id = r.test WHERE r.attempt = $1", id)),
        ];
    }

    public ImmutableArray<AttemptSummary> SummariesOf(string run) =>
    [
        .. Read(static row => JsonSerializer.Deserialize<AttemptSummary>((byte[])row.GetValue(0), Wire.Json)!,
            "SELECT summary FROM attempts WHERE run = $1 ORDER BY cell, attempt DESC", run),
    ];

    /// <summary>Of the newest attempt of the branch that passed, in another run than this.</summary>
    public Coverage? CoverageBefore(TestAttempt at) => Read(
        static row => JsonSerializer.Deserialize<Coverage>((byte[])row.GetValue(0), Wire.Json)!, """
            SELECT a.coverage FROM attempts a JOIN jobs j ON j.id = a.job WHERE j.service = $1 AND a.cell = $2 AND a.branch = $3
            AND a.counts = 1 AND a.passed = 1 AND a.coverage IS NOT NULL AND a.run <> $4 ORDER BY a.id DESC LIMIT 1
            """, at.Service, at.Cell, at.Branch, at.Run).FirstOrDefault();

    /// <summary>Files or classes of a job with what their tests took lately.</summary>
    public ImmutableArray<TestUnit> Units(string service, string job) =>
    [
        .. Read(static row => new TestUnit(row.GetString(0), row.IsDBNull(1) ? null : row.GetDouble(1)), """
            SELECT t.unit, sum(t.ms) FROM jobs j JOIN tests t ON t.job = j.id
            WHERE j.service = $1 AND j.job = $2 AND t.unit IS NOT NULL GROUP BY t.unit ORDER BY t.unit LIMIT 50000
            """, service, job),
    ];

    /// <summary>The plan of a run's shards: made once, so that no test falls between two plans.</summary>
    public ImmutableArray<ImmutableArray<string>> Plan(
        string run, string job, Func<ImmutableArray<ImmutableArray<string>>> make)
    {
        lock (_alone)
        {
            var known = _session.Query(static row => (byte[])row.GetValue(0),
                "SELECT plan FROM plans WHERE run = $1 AND job = $2", run, job);
            if (known is [var plan]) return JsonSerializer.Deserialize<ImmutableArray<ImmutableArray<string>>>(plan, Wire.Json);
            var made = make();
            _session.Execute("INSERT INTO plans (run, job, plan) VALUES ($1, $2, $3)", run, job,
                JsonSerializer.SerializeToUtf8Bytes(made, Wire.Json));
            _session.Execute("DELETE FROM plans WHERE rowid <= (SELECT max(rowid) FROM plans) - $1", MostPlans);
            return made;
        }
    }

    /// <summary>The part of a shard, when its plan was made.</summary>
    public ImmutableArray<string>? PartOf(string run, ShardSpec shard) => Read(
        static row => JsonSerializer.Deserialize<ImmutableArray<ImmutableArray<string>>>((byte[])row.GetValue(0), Wire.Json),
        "SELECT plan FROM plans WHERE run = $1 AND job = $2", run, shard.Job) is [var plan] ? plan[shard.Index - 1] : null;

    public void Dispose() => _session.Dispose();

    private List<T> Read<T>(Func<SqliteDataReader, T> read, string sql, params ReadOnlySpan<object?> values)
    {
        lock (_alone) return _session.Query(read, sql, values);
    }

    private long JobId(TestAttempt at)
    {
        _session.Execute("INSERT INTO jobs (service, job) VALUES ($1, $2) ON CONFLICT DO NOTHING", at.Service, at.Job);
        return (long)_session.Scalar("SELECT id FROM jobs WHERE service = $1 AND job = $2", at.Service, at.Job)!;
    }

    private void Forget(TestAttempt at)
    {
        foreach (var old in _session.Query(static row => row.GetInt64(0),
            "SELECT id FROM attempts WHERE run = $1 AND cell = $2 AND attempt = $3", at.Run, at.Cell, at.Attempt))
            Delete(old);
    }

    /// <summary>
    /// All tests in two statements; CROSS JOIN keeps the planner from reading the rows once for each test. What they took is smoothed, and only where it counts: a stranger's report must not unbalance
    /// shards.
    /// </summary>
    private void Keep(long job, long attempt, ImmutableArray<TestCase> tests, bool counts)
    {
        var rows = JsonSerializer.Serialize(tests.Select(test => new object?[]
        {
            test.Name, test.PassedOnlyWhenRepeated ? Repeated : (int)test.Outcome, test.Milliseconds, test.Unit,
        }));
        _session.Execute("""
            INSERT INTO tests (job, name, unit, ms)
            SELECT $1, value ->> 0, value ->> 3, value ->> 2 FROM json_each($2) WHERE true
            ON CONFLICT (job, name) DO UPDATE SET
            unit = CASE WHEN $3 THEN coalesce(excluded.unit, unit) ELSE unit END,
            ms = CASE WHEN $3 AND excluded.ms IS NOT NULL THEN coalesce(ms * 0.7 + excluded.ms * 0.3, excluded.ms) ELSE ms END
            """, job, rows, counts ? 1 : 0);
        _session.Execute("""
            INSERT OR REPLACE INTO results (test, attempt, outcome, ms)
            SELECT t.id, $2, each.value ->> 1, each.value ->> 2 FROM json_each($3) AS each
            CROSS JOIN tests t ON t.job = $1 AND t.name = each.value ->> 0
            """, job, attempt, rows);
    }

    /// <summary>What counts and what does not are bounded apart, so that no number of merge requests drives out the branch.</summary>
    private void Prune(long job, TestAttempt at)
    {
        var old = _session.Query(static row => row.GetInt64(0),
            "SELECT id FROM attempts WHERE job = $1 AND cell = $2 AND counts = $4 ORDER BY id DESC LIMIT 1000 OFFSET $3",
            job, at.Cell, AttemptsKept, at.Counts ? 1 : 0);
        foreach (var id in old) Delete(id);
        if (old.Count > 0)
            _session.Execute(
                "DELETE FROM tests WHERE job = $1 AND NOT EXISTS (SELECT 1 FROM results WHERE results.test = tests.id)", job);
    }

    private void Delete(long attempt)
    {
        _session.Execute("DELETE FROM results WHERE attempt = $1", attempt);
        _session.Execute("DELETE FROM attempts WHERE id = $1", attempt);
    }
}
