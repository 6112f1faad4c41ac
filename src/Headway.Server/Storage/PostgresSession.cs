using Npgsql;

namespace Headway.Server.Storage;

/// <summary>
/// Transactions that are repeated when, and only when, it is certain that nothing of them was committed.
/// </summary>
internal sealed class PostgresSession(NpgsqlDataSource source, string where)
{
    private const int Attempts = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(stop);
                return await read(connection);
            }
            catch (NpgsqlException e) when (attempt < Attempts && IsLost(e))
            {
                await PauseAsync(attempt, stop);
            }
            catch (NpgsqlException e)
            {
                throw Failure(e);
            }
        }
    }

    /// <param name="what">Named when nobody can know whether the commit happened.</param>
    public async Task<T> WriteAsync<T>(string what, Func<NpgsqlConnection, Task<T>> write, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            var committing = false;
            try
            {
                await using var connection = await source.OpenConnectionAsync(stop);
                await using var transaction = await connection.BeginTransactionAsync(stop);
                var result = await write(connection);
                stop.ThrowIfCancellationRequested();
                committing = true;
                await transaction.CommitAsync(CancellationToken.None);
                return result;
            }
            catch (NpgsqlException e) when (committing && !WasRefused(e))
            {
                throw new AppendOutcomeUnknownException(what, e);
            }
            catch (NpgsqlException e) when (attempt < Attempts && (IsLost(e) || LostTheRace(e)))
            {
                await PauseAsync(attempt, stop);
            }
            catch (NpgsqlException e) when (e is not PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                throw Failure(e);
            }
        }
    }

    /// <summary>An error that the server itself reported for the commit, and lived on after: it rolled back.</summary>
    private static bool WasRefused(NpgsqlException e) => e is PostgresException { InvariantSeverity: "ERROR" };

    private static bool IsLost(NpgsqlException e) => e is not PostgresException known
        || known.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections;

    private static bool LostTheRace(NpgsqlException e) => e is PostgresException
    {
        SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure,
    };

    private Exception Failure(NpgsqlException e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.DiskFull }
            ? new StorageFullException(where, e) : new StorageFailedException(where, e);

    /// <summary>After a restart of the server every idle connection is dead, so none is taken up again.</summary>
    private async Task PauseAsync(int attempt, CancellationToken stop)
    {
        source.Clear();
        await Task.Delay(FirstPause * attempt * attempt, stop);
    }
}
