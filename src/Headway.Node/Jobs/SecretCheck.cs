using System.Formats.Tar;
using System.Text;
using Headway.Core.Secrets.Masking;

namespace Headway.Node.Jobs;

/// <summary>Looks for secrets in what a job leaves behind. What is compressed or encrypted is not looked into.</summary>
internal sealed class SecretCheck(MaskAutomaton automaton)
{
    private readonly byte[] _buffer = new byte[128 * 1024];

    /// <summary>The first entry of a tar archive that holds one, by content, name or target; null for none.</summary>
    public async Task<string?> FindInTarAsync(string file, CancellationToken stop)
    {
        await using var stream = File.OpenRead(file);
        await using var reader = new TarReader(stream);
        while (await reader.GetNextEntryAsync(copyData: false, stop) is { } entry)
        {
            var named = $"{entry.Name}\n{entry.LinkName}";
            if (new MaskSearch(automaton).Feed(Encoding.UTF8.GetBytes(named))) return automaton.Cover(entry.Name);
            if (entry.DataStream is { } data && await HoldsAsync(data, stop)) return entry.Name;
        }
        return null;
    }

    public async Task<bool> HoldsAsync(string file, CancellationToken stop)
    {
        await using var stream = File.OpenRead(file);
        return await HoldsAsync(stream, stop);
    }

    private async Task<bool> HoldsAsync(Stream data, CancellationToken stop)
    {
        var search = new MaskSearch(automaton);
        while (await data.ReadAsync(_buffer, stop) is > 0 and var read)
            if (search.Feed(_buffer.AsSpan(0, read))) return true;
        return false;
    }
}
