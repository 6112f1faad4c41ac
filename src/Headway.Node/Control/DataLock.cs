namespace Headway.Node.Control;

/// <summary>
/// One control for a data folder; the kernel lets go of the lock when the process ends, however it ends.
/// </summary>
internal static class DataLock
{
    public static FileStream? Take(string data)
    {
        try
        {
            return new FileStream(Path.Combine(data, "control.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
