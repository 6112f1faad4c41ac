using System.Text.Json;
using Headway.Core;
using Headway.Server.Telemetry.Disk;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Logs;
using Headway.Server.Telemetry.Otlp;
using Headway.Server.Telemetry.Traces;

namespace Headway.Server.Telemetry;

/// <summary>Keeps what is only in memory on the disk, and gets it back at the start.</summary>
internal sealed class TelemetryKeeping(TelemetryState state)
{
    private const byte SourcesRecord = 10, RedRecord = 11, TemplatesRecord = 12;
    private DateTimeOffset _checkpointAt = state.Time.GetUtcNow();

    /// <summary>Whether so much time or so many bytes have come since the last checkpoint.</summary>
    public bool IsDue => state.Disk is { } disk && (disk.IsBehind || disk.JournalBytes > state.Limits.JournalBytes
        || state.Time.GetUtcNow() - _checkpointAt > state.Limits.CheckpointEvery);

    public void Checkpoint()
    {
        _checkpointAt = state.Time.GetUtcNow();
        if (state.Disk is not { } disk) return;
        state.Spans.Sampling.Decide(_checkpointAt, all: true);
        state.Spans.Records.Seal();
        state.Logs.Records.Seal();
        disk.Checkpoint((writer, _) =>
        {
            new SeriesCheckpoint(state.Metrics, state.Origins).Write(writer);
            Write(writer, SourcesRecord, state.Sources.Views(_checkpointAt));
            Write(writer, RedRecord, state.Spans.Red.Counts(null, null));
            Write(writer, TemplatesRecord, state.Logs.Templates.Counts(null, null, isNew: false));
        });
    }

    public void Expire()
    {
        var now = state.Time.GetUtcNow();
        state.Metrics.Expire(now);
        state.Spans.Records.Expire(now);
        state.Logs.Records.Expire(now);
        state.Disk?.Shrink(state.Limits, state.Files, file =>
        {
            state.Spans.Records.Forget(file);
            state.Logs.Records.Forget(file);
        });
    }

    public void Restore()
    {
        if (state.Disk is not { } disk) return;
        var checkpoint = disk.NewestCheckpoint();
        if (checkpoint is { Path: var path }) ReadCheckpoint(disk, path);
        var number = checkpoint?.Number ?? 0;
        disk.Series.Open(disk.SayTorn);
        foreach (var file in disk.Series.Files)
            state.Metrics.OnDiskUntil = Math.Max(state.Metrics.OnDiskUntil, file.Last);
        foreach (var segment in disk.Segments(TelemetryState.SpanWord, number)) state.Spans.Records.Restore(segment);
        foreach (var segment in disk.Segments(TelemetryState.LogWord, number)) state.Logs.Records.Restore(segment);
        disk.Replay(number, (kind, at, request) =>
        {
            OtlpCheck.Check(kind, request);
            state.Read(kind, request, at);
        });
    }

    private void ReadCheckpoint(TelemetryDisk disk, string path)
    {
        var series = new SeriesCheckpoint(state.Metrics, state.Origins);
        using var reader = new FramedReader(path);
        while (reader.Next(out var payload))
            if (reader.Type == SourcesRecord) state.Sources.Restore(Read<SourceView[]>(payload));
            else if (reader.Type == RedRecord) state.Spans.Red.Restore(Read<RedCount[]>(payload));
            else if (reader.Type == TemplatesRecord) state.Logs.Templates.Restore(Read<TemplateCount[]>(payload));
            else
            {
                using var fields = new BinaryReader(new MemoryStream(payload.ToArray()));
                series.Read(reader.Type, fields);
            }
        if (reader.IsTorn) disk.SayTorn(path);
    }

    private static void Write<T>(CheckpointWriter writer, byte type, T value)
    {
        writer.Fields.Write(JsonSerializer.SerializeToUtf8Bytes(value, Wire.Json));
        writer.End(type);
    }

    private static T Read<T>(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<T>(json, Wire.Json)!;
}
