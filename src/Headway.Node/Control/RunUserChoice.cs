using Headway.Node.Instances;

namespace Headway.Node.Control;

/// <summary>Who runs instances: a user of their own under root, else the user of control.</summary>
internal static class RunUserChoice
{
    /// <exception cref="InvalidOperationException">The user that was asked for cannot be used.</exception>
    public static RunUser? Of(ControlOptions options, Problems problems)
    {
        if (!LinuxCalls.IsRoot) return null;
        var closed = RunUser.ClosedFolderOnTheWayTo(Path.GetFullPath(options.Data));
        if (closed is null) return options.InstanceUser is { } name ? RunUser.Find(name) : RunUser.Default;
        if (options.InstanceUser is not null)
            throw new InvalidOperationException(
                $"User {options.InstanceUser} may not enter {closed}, which holds the data folder. Put the data folder "
                + "elsewhere, for example under /var/lib, or open the folder with `chmod o+x`.");
        problems.Say("user", $"Instances run as root, because other users may not enter {closed}. Put the data folder "
            + "elsewhere, for example under /var/lib, and they get a user without rights.");
        return null;
    }
}
