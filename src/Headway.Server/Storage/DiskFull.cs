namespace Headway.Server.Storage;

/// <summary>
/// How files say that there is no room: .NET passes the number of the operating system on as the result.
/// </summary>
internal static class DiskFull
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static bool Is(IOException e) => e.HResult is NoSpaceLeft or QuotaExceeded or WindowsDiskFull;
}
