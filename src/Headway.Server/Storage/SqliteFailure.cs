using Microsoft.Data.Sqlite;

namespace Headway.Server.Storage;

/// <summary>What an error of SQLite means for whoever wanted to write.</summary>
internal static class SqliteFailure
{
    private const int Full = 13;
    private const int InputOutput = 10;
    private const long TooLittleToWorkWith = 1024 * 1024;

    public static Exception Of(SqliteException e, string folder) =>
        e.SqliteErrorCode == Full || e.SqliteErrorCode == InputOutput && NoRoom(folder)
            ? new StorageFullException(folder, e)
            : new StorageFailedException(folder, e);

    /// <summary>A flush or a mapped file that finds no room reports an input/output error, not a full disk.</summary>
    private static bool NoRoom(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace < TooLittleToWorkWith;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
