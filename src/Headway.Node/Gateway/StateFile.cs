using System.Text.Json;
using Headway.Core;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Gateway;

/// <summary>A JSON document on disk that is there whole or not at all: written beside, then renamed.</summary>
internal sealed class StateFile<T>(string path, ILogger log) where T : class
{
    private readonly Lock gate = new();

    public T? Load()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Wire.Json) : null;
        }
        catch (JsonException failure)
        {
            var aside = path + ".damaged";
            File.Move(path, aside, overwrite: true);
            log.LogError("{Path} is damaged ({Failure}); it was moved to {Aside}.", path, failure.Message, aside);
            return null;
        }
    }

    /// <param name="document">What to keep.</param>
    /// <param name="durably">Also against a loss of power; slower.</param>
    /// <exception cref="IOException">The disk is full or the folder is gone; the old document is still there.</exception>
    public void Save(T document, bool durably)
    {
        lock (gate)
        {
            var beside = $"{path}.{Environment.ProcessId}.new";
            using (var stream = File.Create(beside))
            {
                JsonSerializer.Serialize(stream, document, Wire.Json);
                stream.Flush(durably);
            }
            File.Move(beside, path, overwrite: true);
        }
    }
}
