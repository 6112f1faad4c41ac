using Headway.Core.Evidence;
using Headway.Node.Gateway.Counting;

namespace Headway.Node.Probes;

/// <summary>A sample on its way.</summary>
/// <param name="Number">Rises over all samples of the boot; the sample's own sequence rises within its signal.</param>
internal sealed record WaitingSample(long Number, SignalSample Sample);

/// <summary>
/// Samples of this boot of control, on disk until the server has them, as evidence of the gateway is. The sequence makes
/// a sample that is sent twice count once.
/// </summary>
internal sealed class SampleOutbox : IDisposable
{
    private const long LimitBytes = 16 * 1024 * 1024;
    private readonly Lock turn = new();
    private readonly EvidenceFile<WaitingSample> file;
    private readonly Dictionary<(string Lane, string Signal), long> sequences = [];
    private readonly string origin;
    private long number;

    public SampleOutbox(string folder, string node, string boot)
    {
        origin = $"{node}/{boot}";
        file = new(Path.Combine(folder, boot + ".jsonl"), LimitBytes);
    }

    /// <exception cref="IOException">The disk is full; what was not kept is a gap.</exception>
    public void Add(params ReadOnlySpan<SignalSample> samples)
    {
        lock (turn)
        {
            var lines = new List<WaitingSample>();
            foreach (var sample in samples)
            {
                var key = (sample.Lane, sample.Signal);
                var sequence = sequences[key] = sequences.GetValueOrDefault(key) + 1;
                lines.Add(new(++number, sample with { Origin = origin, Sequence = sequence }));
            }
            file.Append(lines);
        }
    }

    public void Dispose() => file.Dispose();
}
