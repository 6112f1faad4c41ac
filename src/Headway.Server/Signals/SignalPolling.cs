using System.Collections.Concurrent;
using Headway.Core.Evidence;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Signals;

/// <summary>
/// Looks at the signals of every open rollout as often as they ask for, a few at a time, each with a limit: a source
/// that hangs delays nobody else.
/// </summary>
public sealed partial class SignalPolling(
    Ledger ledger, SignalReaders readers, SignalIntake intake, TimeProvider time, ILogger<SignalPolling> log)
    : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1), LongestAnswer = TimeSpan.FromSeconds(10);
    private const int AtATime = 16;

    private readonly string origin = $"server/{Guid.NewGuid():N}";
    /// <summary>By the steady clock: one that is set back must not end the looking.</summary>
    private readonly ConcurrentDictionary<(string Rollout, string Signal), long> due = new();
    private readonly ConcurrentDictionary<(string Rollout, string Signal), bool> asking = new();
    private readonly ConcurrentDictionary<(string Rollout, string Signal), DateTimeOffset?> answered = new();
    private readonly SemaphoreSlim turns = new(AtATime, AtATime);
    private long sequence;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var open = ledger.Rollouts.Where(r => r.Phase == RolloutPhase.Advancing).ToArray();
            foreach (var rollout in open) Ask(rollout, stoppingToken);
            var ids = open.Select(r => r.Id).ToHashSet();
            foreach (var key in due.Keys.Where(key => !ids.Contains(key.Rollout)))
            {
                due.TryRemove(key, out _);
                answered.TryRemove(key, out _);
            }
        }
    }

    private void Ask(RolloutState rollout, CancellationToken stop)
    {
        if (ledger.Release(rollout.Candidate) is not { } candidate) return;
        var now = time.GetUtcNow();
        foreach (var signal in SignalsOf(rollout, candidate, now))
        {
            if (readers.Of(signal.Source) is not { } reader) continue;
            var key = (rollout.Id, signal.Name);
            if (due.TryGetValue(key, out var at) && time.GetTimestamp() < at) continue;
            if (!asking.TryAdd(key, true)) continue;
            due[key] = time.GetTimestamp() + (long)(signal.Every.TotalSeconds * time.TimestampFrequency);
            _ = LookAsync(reader, Question(rollout, signal, candidate, now), key, stop);
        }
    }

    private SignalQuestion Question(RolloutState rollout, SignalSpec signal, Release candidate, DateTimeOffset now) =>
        new(rollout.Lane, signal, rollout.Stable is { } id ? ledger.Release(id) : null, candidate, now)
        {
            Rollout = rollout.Id, Began = rollout.StartedAt,
        };

    /// <summary>
    /// What the specification names, and whether telemetry arrives where some is to be expected: a release that goes
    /// blind is not promoted, whether or not anybody thought of writing that down.
    /// </summary>
    private IEnumerable<SignalSpec> SignalsOf(RolloutState rollout, Release candidate, DateTimeOffset now)
    {
        var signals = candidate.Spec.SignalsOf(rollout.Environment, rollout.Stable);
        foreach (var signal in signals) yield return signal;
        if (signals.Any(s => s.Source is SignalSource.Telemetry
            || s.Name == SignalSpec.TelemetryAsBefore.Name)) yield break;
        // Once it was expected in a rollout it is looked at to the end, also when both sides fall silent, and also by a
        // server that was started in between: the first look finds in the store whether it was.
        var isKnown = answered.TryGetValue((rollout.Id, SignalSpec.TelemetryAsBefore.Name), out var before);
        if (!isKnown || before is not null
            || readers.Telemetry.IsExpected(Question(rollout, SignalSpec.TelemetryAsBefore, candidate, now)))
            yield return SignalSpec.TelemetryAsBefore;
    }

    private async Task LookAsync(
        ISignalReader reader, SignalQuestion question, (string, string) key, CancellationToken stop)
    {
        try
        {
            await turns.WaitAsync(stop);
            try
            {
                var since = await SinceAsync(question, key, stop);
                if (question.Signal == SignalSpec.TelemetryAsBefore && since is null
                    && !readers.Telemetry.IsExpected(question)) return;
                var reading = await ReadAsync(reader, question with { Since = since }, stop);
                await intake.TakeAsync([Sample(question, reading)], stop);
                if (reading.Problem is null) answered[key] = question.At;
            }
            finally
            {
                turns.Release();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The server ends.
        }
        catch (Exception failure)
        {
            LogFailure(question.Lane, question.Signal.Name, failure);
        }
        finally
        {
            asking.TryRemove(key, out _);
        }
    }

    /// <summary>In the store only for the first look of this server: it may have been another one that looked before.</summary>
    private async Task<DateTimeOffset?> SinceAsync(
        SignalQuestion question, (string, string) key, CancellationToken stop)
    {
        if (!answered.TryGetValue(key, out var since))
            answered[key] = since = await intake.LastAnswerAsync(
                question.Lane, question.Signal.Name, question.Began, question.At, stop);
        return since;
    }

    /// <summary>Ends in time, and with a problem instead of an exception for an address that no request can be made of.</summary>
    internal static async Task<SignalReading> ReadAsync(
        ISignalReader reader, SignalQuestion question, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(LongestAnswer);
        try
        {
            return await reader.ReadAsync(question, limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return SignalReading.Failed($"It did not answer within {LongestAnswer.TotalSeconds:0} s.");
        }
        catch (Exception wrong) when (wrong is UriFormatException or InvalidOperationException or NotSupportedException)
        {
            return SignalReading.Failed(wrong.Message);
        }
    }

    private SignalSample Sample(SignalQuestion question, SignalReading reading) =>
        new(question.Lane, question.Signal.Name, origin, Interlocked.Increment(ref sequence), question.At,
            reading.Stable, reading.Candidate)
        {
            Problem = reading.Problem, Asked = reading.Asked, Remark = reading.Remark, Unseen = reading.Unseen,
        };

    [LoggerMessage(LogLevel.Error, "A look at signal {Signal} of {Lane} failed; it is looked at again.")]
    private partial void LogFailure(string lane, string signal, Exception failure);
}
