using Xunit;

namespace Headway.Core.Tests.Judging;

/// <summary>Finds the number files that may lie beside the repository; a test that needs them skips without them.</summary>
internal static class SharedVectors
{
    public static string Read(string relative)
    {
        var path = Path.Combine(Folder(), relative);
        Assert.SkipUnless(File.Exists(path), $"{path} is not there.");
        return File.ReadAllText(path);
    }

    public static string Folder()
    {
        var folder = Environment.GetEnvironmentVariable("HEADWAY_SHARED") ?? Beside();
        Assert.SkipWhen(folder is null, "No folder `shared` lies beside the repository (or set HEADWAY_SHARED).");
        return Path.Combine(folder!, "vectors");
    }

    private static string? Beside()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Headway.slnx"))) continue;
            for (var up = folder.Parent; up is not null; up = up.Parent)
                if (Directory.Exists(Path.Combine(up.FullName, "shared"))) return Path.Combine(up.FullName, "shared");
        }

        return null;
    }
}
