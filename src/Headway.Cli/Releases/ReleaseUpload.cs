using Headway.Cli.Api;
using Headway.Core.Pipelines;
using Headway.Node.Jobs;
using Headway.Server.Artifacts;

namespace Headway.Cli.Releases;

/// <summary>Uploads the files that a release is made of.</summary>
internal sealed class ReleaseUpload(ApiClient api)
{
    private const string Path = "api/v1/releases/files";

    /// <summary>
    /// A tar as it is; anything else is packed as a job's artifact would be, so that the same files give the same digest.
    /// </summary>
    public async Task<string> ArtifactAsync(string artifact, string[] include, CancellationToken stop)
    {
        if (artifact.EndsWith(".tar", StringComparison.Ordinal) && File.Exists(artifact) && include.Length == 0)
            return (await FileAsync(artifact, stop)).Digest;
        if (!File.Exists(artifact) && !Directory.Exists(artifact))
            throw new CliException(ExitCode.NotFound, $"There is no file or folder {artifact}.");
        var packed = System.IO.Path.GetTempFileName();
        try
        {
            await using (var tar = File.Create(packed))
                await new ArtifactPacker(Environment.CurrentDirectory, null).PackAsync(artifact, include, tar, stop);
            return (await FileAsync(packed, stop)).Digest;
        }
        catch (BadTreeException e)
        {
            throw new CliException(ExitCode.No, e.Message);
        }
        finally
        {
            File.Delete(packed);
        }
    }

    public async Task<JobResult> ResultAsync(ResultKind kind, string file, CancellationToken stop)
    {
        if (File.Exists(file) && new FileInfo(file).Length > JobResult.LargestBytes)
            throw new CliException(ExitCode.No, $"{file} is larger than {JobResult.LargestBytes >> 20} MB.");
        var blob = await FileAsync(file, stop);
        return new(kind, System.IO.Path.GetFileName(file), blob.Digest, blob.Length);
    }

    public async Task<Blob> FileAsync(string file, CancellationToken stop)
    {
        if (!File.Exists(file)) throw new CliException(ExitCode.NotFound, $"There is no file {file}.");
        await using var content = File.OpenRead(file);
        return await api.UploadAsync<Blob>(Path, content, stop);
    }

    public static async Task<string> TextAsync(string file, CancellationToken stop) => File.Exists(file)
        ? await File.ReadAllTextAsync(file, stop)
        : throw new CliException(ExitCode.NotFound, $"There is no file {file}.");
}
