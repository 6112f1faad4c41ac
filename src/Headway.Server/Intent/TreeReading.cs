using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Headway.Server.Sources;

namespace Headway.Server.Intent;

/// <summary>Reads the files of a commit: of a known tree only what is different, so that a large repository is cheap to follow.</summary>
internal sealed class TreeReading(Git git, string folder)
{
    /// <summary>A longer file is not read; nothing that people write by hand is as long.</summary>
    public const int FileBytes = 256 << 10;

    /// <summary>Stands for a file that is too long: longer than any reader takes, so that it is said.</summary>
    private static readonly string TooLong = new('#', FileBytes + 1);
    private const string EmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);

    public async Task<StateTree> ReadAsync(
        StateTree known, string commit, CancellationToken stop, IReadOnlyDictionary<string, string>? variables = null)
    {
        var changed = await ChangedAsync(known, commit, stop, variables);
        var texts = await TextsAsync([.. changed.Where(each => each.IsFile).Select(each => each.Blob).Distinct()], variables, stop);
        return known.With(commit, changed.Select(each => KeyValuePair.Create(each.Path, each.IsFile ? texts[each.Blob] : null)));
    }

    public async Task<ImmutableArray<TreeChange>> ChangedAsync(
        StateTree known, string commit, CancellationToken stop, IReadOnlyDictionary<string, string>? variables = null)
    {
        var answer = await git.TextAsync(256 << 20, Within,
            ["-C", folder, "diff-tree", "-r", "-z", "--no-renames", "--raw", known.Commit ?? EmptyTree, commit], stop, variables);
        var words = answer.Split('\0');
        var changed = ImmutableArray.CreateBuilder<TreeChange>(words.Length / 2);
        for (var at = 0; at + 1 < words.Length; at += 2)
            // ":100644 100644 OLD NEW M", then the path.
            if (words[at].Split(' ') is [_, var mode, _, var blob, ..]) changed.Add(new(words[at + 1], blob, mode));
        return changed.ToImmutable();
    }

    private async Task<Dictionary<string, string>> TextsAsync(
        ImmutableArray<string> blobs, IReadOnlyDictionary<string, string>? variables, CancellationToken stop)
    {
        var texts = new Dictionary<string, string>();
        if (blobs.IsEmpty) return texts;
        await git.RunAsync(["-C", folder, "cat-file", "--batch"], Within, async (output, end) =>
        {
            var answers = PipeReader.Create(output, new(bufferSize: 256 << 10));
            foreach (var blob in blobs) texts[blob] = await TextAsync(answers, blob, end);
        }, stop, variables, input: Encoding.ASCII.GetBytes(string.Join('\n', blobs) + "\n"));
        return texts;
    }

    /// <summary>`NAME blob LENGTH`, a line feed, the content, a line feed.</summary>
    private static async Task<string> TextAsync(PipeReader answers, string blob, CancellationToken stop)
    {
        var head = await ReadAsync(answers, text => text.PositionOf((byte)'\n') is { } end ? text.Slice(0, end).Length + 1 : null, blob, stop);
        if (Encoding.ASCII.GetString(head).Split(' ') is not [_, "blob", var size])
            throw new GitFailedException($"Git does not have {blob} of the state repo.", 0);
        var length = long.Parse(size, CultureInfo.InvariantCulture);
        if (length <= FileBytes)
            return Encoding.UTF8.GetString(await ReadAsync(answers, text => text.Length > length ? length + 1 : null, blob, stop), 0, (int)length);
        for (var left = length + 1; left > 0;)
            left -= (await ReadAsync(answers, text => text.IsEmpty ? null : Math.Min(left, text.Length), blob, stop)).Length;
        return TooLong;
    }

    /// <param name="howMuch">Null while there is not enough yet.</param>
    private static async Task<byte[]> ReadAsync(
        PipeReader answers, Func<ReadOnlySequence<byte>, long?> howMuch, string blob, CancellationToken stop)
    {
        while (true)
        {
            var read = await answers.ReadAsync(stop);
            if (howMuch(read.Buffer) is { } length)
            {
                var bytes = read.Buffer.Slice(0, length).ToArray();
                answers.AdvanceTo(read.Buffer.GetPosition(length));
                return bytes;
            }
            if (read.IsCompleted) throw new GitFailedException($"Git ended before {blob} of the state repo was read.", 0);
            answers.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}

/// <summary>A path that differs between two commits.</summary>
/// <param name="Blob">Object name of what is there now.</param>
/// <param name="Mode">As git has it; zeros where it is gone.</param>
internal sealed record TreeChange(string Path, string Blob, string Mode)
{
    public bool IsFile => Mode is "100644" or "100755";

    public bool IsGone => Mode == "000000";
}
