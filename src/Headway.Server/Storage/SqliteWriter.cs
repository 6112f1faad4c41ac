using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Headway.Server.Storage;

/// <summary>
/// The only thread that writes. Whatever has queued up while the last commit was being flushed shares the next one, so
/// that a hundred appends at once cost one flush. Each write stands behind a savepoint: one that is refused takes
/// nothing of the others with it. Nobody is answered before the commit is on disk.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int LargestGroup = 256;

    private readonly BlockingCollection<Write> queue = [];
    private readonly SqliteSession session;
    private readonly string folder;
    private readonly Thread thread;

    public SqliteWriter(SqliteSession session, string folder)
    {
        this.session = session;
        this.folder = folder;
        thread = new Thread(Work) { IsBackground = true, Name = "sqlite writer" };
        thread.Start();
    }

    public Task<T> RunAsync<T>(Func<SqliteSession, T> write, CancellationToken stop)
    {
        var queued = new Write<T>(write, stop);
        queue.Add(queued, CancellationToken.None);
        return queued.Answer;
    }

    public void Dispose()
    {
        queue.CompleteAdding();
        thread.Join();
        session.Dispose();
        queue.Dispose();
    }

    private void Work()
    {
        var group = new List<Write>();
        foreach (var first in queue.GetConsumingEnumerable())
        {
            group.Add(first);
            while (group.Count < LargestGroup && queue.TryTake(out var next)) group.Add(next);
            Commit(group);
            group.Clear();
        }
    }

    private void Commit(List<Write> group)
    {
        try
        {
            session.Execute("BEGIN IMMEDIATE");
            foreach (var write in group) Try(write);
            session.Execute("COMMIT");
        }
        catch (SqliteException e)
        {
            Undo("ROLLBACK");
            var failure = SqliteFailure.Of(e, folder);
            foreach (var write in group) write.Fail(failure);
            return;
        }
        foreach (var write in group) write.Complete();
    }

    /// <summary>A refusal concerns this write; a failure of the database, all of the group.</summary>
    private void Try(Write write)
    {
        session.Execute("SAVEPOINT one");
        try
        {
            write.Run(session);
        }
        catch (Exception e) when (e is not SqliteException)
        {
            session.Execute("ROLLBACK TO one");
            write.Refuse(e);
        }
        session.Execute("RELEASE one");
    }

    /// <summary>After a full disk SQLite may have rolled back by itself; then there is nothing to undo.</summary>
    private void Undo(string sql)
    {
        try
        {
            session.Execute(sql);
        }
        catch (SqliteException)
        {
        }
    }

    private abstract class Write
    {
        public abstract void Run(SqliteSession session);
        public abstract void Refuse(Exception e);
        public abstract void Fail(Exception e);
        public abstract void Complete();
    }

    private sealed class Write<T>(Func<SqliteSession, T> write, CancellationToken stop) : Write
    {
        private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? result;
        private Exception? refusal;

        public Task<T> Answer => answer.Task;

        public override void Run(SqliteSession session)
        {
            stop.ThrowIfCancellationRequested();
            result = write(session);
        }

        public override void Refuse(Exception e) => refusal = e;

        public override void Fail(Exception e) => answer.TrySetException(refusal ?? e);

        public override void Complete()
        {
            if (refusal is OperationCanceledException cancelled) answer.TrySetCanceled(cancelled.CancellationToken);
            else if (refusal is not null) answer.TrySetException(refusal);
            else answer.TrySetResult(result!);
        }
    }
}
