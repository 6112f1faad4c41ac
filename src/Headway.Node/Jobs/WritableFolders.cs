using Headway.Core.Nodes;

namespace Headway.Node.Jobs;

/// <summary>Makes the folders of a read-only source that the job may write to.</summary>
internal static class WritableFolders
{
    /// <exception cref="BadTreeException">One of them is a link or a file, or leads out of the tree.</exception>
    public static void Make(string source, JobOrder order, int? owner)
    {
        foreach (var path in order.Room?.Writes ?? [])
        {
            var clean = RelativePath.Clean(path) ?? throw new BadTreeException($"`{path}` leads out of the source.");
            var at = source;
            foreach (var part in clean.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                at = Path.Combine(at, part);
                // A link would show the job something else as its own.
                if (new FileInfo(at) is { LinkTarget: not null } or { Exists: true })
                    throw new BadTreeException($"`{path}` is to be written, and is no folder of the source.");
                if (Directory.Exists(at)) continue;
                Directory.CreateDirectory(at);
                if (owner is { } uid) Posix.Own(at, uid);
            }
        }
    }
}
