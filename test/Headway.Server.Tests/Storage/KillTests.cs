using Headway.Server.Storage;
using Xunit;

namespace Headway.Server.Tests.Storage;

public sealed class KillTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, MemberData(nameof(Stores.DurableKinds), MemberType = typeof(Stores))]
    public async Task A_kill_in_the_middle_of_appends_loses_nothing_that_was_acknowledged(string kind)
    {
        await using var place = await DurableStore.MakeAsync(kind);
        foreach (var (kill, dies) in new[] { (40, false), (1, true), (57, true), (111, false), (250, true) })
        {
            var acknowledged = new Dictionary<string, long>();
            using (var child = AppendingChild.Start(place, dies ? kill : int.MaxValue))
            {
                for (var lines = 0; await child.Output.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(120)) is { } line;)
                {
                    if (lines == 0 && !dies)
                    {
                        var taken = await Assert.ThrowsAsync<DataFolderInUseException>(place.OpenAsync);
                        Assert.Contains($"in use by the process {child.Id}", taken.Message);
                    }
                    // What it had written before it died still comes out of the pipe.
                    if (++lines == kill && !dies) child.Kill();
                    var words = line.Split(' ');
                    if (words.Length == 2 && long.TryParse(words[1], out var version)) acknowledged[words[0]] = version;
                }
            }
            Assert.NotEmpty(acknowledged);

            await using var store = await place.OpenAsync();
            foreach (var (stream, version) in acknowledged)
            {
                var read = await store.ReadStreamAsync(stream, 0, None);
                Assert.True(read.Length >= version,
                    $"{stream}@{version} was acknowledged, and {read.Length} are there.");
                Assert.True(read.Length % 2 == 0, $"{stream} has {read.Length} events of appends of two.");
                Assert.All(read, stored => Assert.Equal(AppendingChild.Payload(stream, stored.Version), stored.Text()));
            }
            Assert.Null((await store.VerifyAsync(None)).Problem);
            await store.AppendAsync($"after/{kill}", 0, "goes on");
        }
    }
}
