using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Secrets;
using Headway.Core.Secrets.Masking;
using Headway.Node.Control;

namespace Headway.Node.Instances;

/// <summary>What came of asking for the secrets of a start: one of the three.</summary>
/// <param name="Waits">Why they are not here yet, or null when they were asked for just now.</param>
internal sealed record SecretsSeen(SecretsHanded? Handed, string? Refused, string? Waits);

/// <summary>
/// Secrets of what runs here. The server is asked at each start, so that the record says who was given what and a new
/// version is met at once; what it answered last is kept in the memory of control and used while the server is away.
/// Nothing of it is written to a disk, so a control that was restarted needs the server again.
/// </summary>
internal sealed class RunSecrets(Func<SecretsAsked, CancellationToken, Task<SecretsHanded>> ask, CancellationToken stop)
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AwayAfter = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, Question> _asked = [];
    private readonly Dictionary<(string, string), SecretsHanded> _last = [];
    private readonly ConcurrentDictionary<(string, string), MaskAutomaton> _masks = new();
    private readonly ConcurrentDictionary<(string, string), ImmutableArray<byte[]>> _seen = new();
    private readonly ConcurrentDictionary<(string, string), Task> _learning = new();

    public static readonly RunSecrets Nobody = new(
        (_, _) => throw new InvalidOperationException("There is no server to ask."), CancellationToken.None);

    /// <summary>Asked on every turn until it is answered; called by the node's loop only.</summary>
    public SecretsSeen Take(SecretsAsked wanted, ImmutableArray<SecretUse> uses, TimeSpan now)
    {
        if (uses.IsDefaultOrEmpty) return new(SecretsHanded.None, null, null);
        if (!_asked.TryGetValue(wanted.Id, out var question) || (question.Answer.IsFaulted && now - question.At > AgainAfter))
            _asked[wanted.Id] = question = new(AskAsync(wanted), now);
        if (!question.Answer.IsCompleted) return new(null, null, null);
        if (question.Answer.IsFaulted) return Without(wanted, question.Answer.Exception.InnerException!);
        _asked.Remove(wanted.Id);
        var handed = question.Answer.Result;
        _last[(wanted.Lane, wanted.Release)] = handed;
        Learn(wanted, handed);
        return new(handed, null, null);
    }

    /// <summary>It is not going to start.</summary>
    public void Forget(string id) => _asked.Remove(id);

    /// <summary>Nothing of these releases runs here any more.</summary>
    public void KeepOnly(Func<string, string, bool> runs)
    {
        foreach (var gone in _last.Keys.Concat(_seen.Keys).Distinct().Where(key => !runs(key.Item1, key.Item2)).ToList())
        {
            _last.Remove(gone);
            _masks.TryRemove(gone, out _);
            _seen.TryRemove(gone, out _);
            _learning.TryRemove(gone, out _);
        }
    }

    /// <summary>Null as long as it is not known what has to be masked: then nothing may be sent.</summary>
    public MaskAutomaton? MaskOf(string lane, string release, string id)
    {
        if (_masks.TryGetValue((lane, release), out var known)) return known;
        _learning.AddOrUpdate((lane, release), _ => LearnAsync(new(lane, release, id, ToMask: true)),
            (_, running) => running.IsCompleted ? LearnAsync(new(lane, release, id, ToMask: true)) : running);
        return null;
    }

    /// <summary>For sentences about a program that quote what it wrote.</summary>
    public string? Cover(string lane, string release, string id, ImmutableArray<SecretUse> uses, string? text) =>
        text is null || uses.IsDefaultOrEmpty ? text
        : MaskOf(lane, release, id) is { } mask ? mask.Cover(text)
        : "(not shown before the server says what has to be masked)";

    private SecretsSeen Without(SecretsAsked wanted, Exception why) => why switch
    {
        ServerRefusedException refused when refused.IsAboutSecrets => new(null, refused.Detail, null),
        _ when _last.TryGetValue((wanted.Lane, wanted.Release), out var last) => Used(wanted, last),
        _ => new(null, null, $"{wanted.Id} waits for its secrets, which only the server has: {why.Message}"),
    };

    private SecretsSeen Used(SecretsAsked wanted, SecretsHanded last)
    {
        _asked.Remove(wanted.Id);
        return new(last, null, null);
    }

    private async Task<SecretsHanded> AskAsync(SecretsAsked wanted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(AwayAfter);
        try
        {
            return await ask(wanted, limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"it did not answer within {AwayAfter.TotalSeconds:0} s.");
        }
    }

    private async Task LearnAsync(SecretsAsked wanted)
    {
        try
        {
            Learn(wanted, await AskAsync(wanted));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or ServerRefusedException)
        {
            // Asked again by whoever has something to send.
            await Task.Delay(AgainAfter, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Values of earlier starts stay: an instance may still write them.</summary>
    private void Learn(SecretsAsked wanted, SecretsHanded handed)
    {
        var key = (wanted.Lane, wanted.Release);
        var before = _seen.GetValueOrDefault(key, []);
        var all = before.AddRange(handed.ToMask.Where(value => !before.Any(known => known.AsSpan().SequenceEqual(value))));
        _seen[key] = all;
        if (all.Length > before.Length || !_masks.ContainsKey(key)) _masks[key] = MaskAutomaton.OfSecrets(all);
    }

    private sealed record Question(Task<SecretsHanded> Answer, TimeSpan At);
}
