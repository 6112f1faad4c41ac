namespace Headway.Node.Instances;

/// <summary>The unprivileged user that programs run as when control runs as root.</summary>
public sealed record RunUser(uint User, uint Group)
{
    /// <summary>High among the ordinary users, where no distribution gives out numbers by itself.</summary>
    public static readonly RunUser Default = new(59180, 59180);

    /// <param name="name">A number, or a name of /etc/passwd.</param>
    public static RunUser Find(string name)
    {
        if (uint.TryParse(name, out var number)) return new(number, number);
        foreach (var line in File.ReadLines("/etc/passwd"))
            if (line.Split(':') is [var user, _, var uid, var gid, ..] && user == name)
                return new(uint.Parse(uid), uint.Parse(gid));
        throw new InvalidOperationException(
            $"The user `{name}` for instances is not in /etc/passwd. Give a number or make the user.");
    }

    /// <summary>The first folder on the way that other users may not enter, or null when all can be entered.</summary>
    public static string? ClosedFolderOnTheWayTo(string path)
    {
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
            if (folder.Exists && (folder.UnixFileMode & UnixFileMode.OtherExecute) == 0) return folder.FullName;
        return null;
    }
}
