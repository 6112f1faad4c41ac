using System.Text;
using Headway.Node.Jobs;
using Xunit;

namespace Headway.Node.Tests.Jobs;

public sealed class JobLogTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Output_beyond_the_limit_is_dropped_with_one_note_and_the_runner_still_has_its_say()
    {
        using var log = new JobLog(_file, 10);
        for (var i = 0; i < 5; i++) log.Write("12345678"u8);
        log.Note("Done.");
        var text = Encoding.UTF8.GetString(log.Read(0, 10_000));
        Assert.StartsWith("1234567812\n[headway] The log has reached its limit of 10 bytes", text);
        Assert.EndsWith("[headway] Done.\n", text);
        Assert.Equal(30, log.Dropped);
        Assert.Equal(2, text.Split("[headway]").Length - 1);
    }

    [Fact]
    public void It_is_read_from_where_the_server_is()
    {
        using var log = new JobLog(_file, 100);
        log.Write("abcdef"u8);
        Assert.Equal("cd", Encoding.UTF8.GetString(log.Read(2, 2)));
        Assert.Empty(log.Read(6, 10));
    }

    public void Dispose() => File.Delete(_file);
}
