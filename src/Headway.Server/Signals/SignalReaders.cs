using Headway.Core.Evidence;

namespace Headway.Server.Signals;

/// <summary>All that the server itself can ask; other sources are asked by nodes.</summary>
public sealed class SignalReaders(IEnumerable<ISignalReader> readers, TelemetryReader telemetry)
{
    public TelemetryReader Telemetry => telemetry;

    public ISignalReader? Of(SignalSource source) =>
        telemetry.Reads(source) ? telemetry : readers.FirstOrDefault(reader => reader.Reads(source));
}
