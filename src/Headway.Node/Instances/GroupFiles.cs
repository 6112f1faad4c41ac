namespace Headway.Node.Instances;

/// <summary>
/// Reading and writing of control group files: one number or one `key value` a line, gone at any moment.
/// </summary>
internal static class GroupFiles
{
    public static bool TryWrite(string path, string value)
    {
        try
        {
            // Opened, never created: a missing file means that the controller is missing.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(value));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static long? Number(string path) =>
        long.TryParse(TryRead(path)?.Trim(), out var number) ? number : null;

    public static long? Number(string path, string key)
    {
        foreach (var line in (TryRead(path) ?? "").Split('\n'))
            if (line.Split(' ', 2) is [var name, var value] && name == key && long.TryParse(value, out var number))
                return number;
        return null;
    }
}
