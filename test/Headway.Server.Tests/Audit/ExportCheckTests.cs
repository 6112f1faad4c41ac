using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Headway.Core;
using Headway.Core.Environments;
using Headway.Server.Audit;
using Headway.Server.Storage;
using Xunit;

namespace Headway.Server.Tests.Audit;

public sealed class ExportCheckTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("headway-audit-").FullName;
    private readonly ECDsa key = ECDsa.Create();
    private List<string> lines = [];

    public async ValueTask InitializeAsync()
    {
        await using var store = await EventStores.OpenAsync(new StorageOptions { DataFolder = folder }, TimeProvider.System, default);
        for (var version = 0; version < 3; version++)
            await store.AppendAsync<LaneEvent>("lane/shop/production", version, "ann", [new LaneEvent.HoldPlaced(null, $"Reason {version}")], default);
        await store.AppendAsync<LaneEvent>("lane/pay/production", 0, "ben", [new LaneEvent.HoldLifted("over")], default);
        await store.RedactAsync("lane/shop/production", 2, "ann", "It named a person.", default);
        await store.CheckpointAsync(default);
        await store.AppendAsync<LaneEvent>("lane/pay/production", 1, "ben", [new LaneEvent.HoldLifted("again")], default);
        lines = [.. (await store.ReadAllAsync(0, 1000, default)).Select(stored => JsonSerializer.Serialize(stored, Wire.Json))];
        key.ImportFromPem(SigningKey.LoadOrCreate(Path.Combine(folder, "keys", "checkpoint.pem")).PublicKey);
    }

    [Fact]
    public void An_export_verifies_with_what_was_redacted_in_it()
    {
        var report = Check(lines);
        Assert.Null(report.Problem);
        Assert.Equal((lines.Count, 1), (report.Events, report.Redacted));
        Assert.InRange(report.Signed, 1, report.Events - 1);
    }

    [Fact]
    public void Every_changed_byte_of_every_event_is_found_and_where()
    {
        for (var at = 0; at < lines.Count; at++)
        {
            var whole = JsonNode.Parse(lines[at])!.AsObject();
            foreach (var field in new[] { "payload", "salt", "actor", "type", "at", "hash", "epoch", "schema" })
            {
                if (whole[field] is not { } value) continue;
                var changed = whole.DeepClone().AsObject();
                changed[field] = field switch
                {
                    "payload" or "salt" or "hash" => Flipped(value.GetValue<string>()),
                    "at" => value.GetValue<DateTimeOffset>().AddMicroseconds(1),
                    "epoch" or "schema" => value.GetValue<long>() + 1,
                    _ => value.GetValue<string>() + "x",
                };
                // Redacted, only its hash is left to be believed.
                if (whole["payload"] is null && field is not "hash") continue;
                var problem = Check([.. lines[..at], changed.ToJsonString(), .. lines[(at + 1)..]]).Problem;
                Assert.True(problem is not null, $"{field} of {lines[at]}");
                Assert.Contains(whole["stream"]!.GetValue<string>(), problem);
            }
        }
    }

    [Fact]
    public void What_was_left_out_put_in_another_order_or_signed_by_another_key_is_found()
    {
        for (var at = 0; at < lines.Count - 1; at++)
        {
            var report = Check([.. lines[..at], .. lines[(at + 1)..]]);
            // Without its checkpoint the rest holds together, and says that nothing of it is signed.
            if (lines[at].Contains("\"stream\":\"store/checkpoints\"")) Assert.Equal((null, 0), (report.Problem, report.Signed));
            else Assert.True(report.Problem is not null, lines[at]);
        }
        Assert.NotNull(Check([lines[1], lines[0], .. lines[2..]]).Problem);
        Assert.NotNull(Check([.. lines.Where(line => !line.Contains("lane/pay/production"))]).Problem);
        Assert.Equal("Line 3 is not an event.", Check([.. lines[..2], "{", .. lines[2..]]).Problem);
        using var another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var check = new ExportCheck(another);
        foreach (var line in lines) check.Add(line);
        Assert.Contains("is not signed by this key", check.Report().Problem);
    }

    [Fact]
    public void Cef_escapes_what_would_end_a_field()
    {
        var stored = JsonSerializer.Deserialize<StoredEvent>(lines[0], Wire.Json)! with { Actor = "a=b\\c\nd|e" };
        var text = CefText.Of(stored);
        Assert.StartsWith("CEF:0|Headway|Headway|1|lane.holdPlaced|lane hold placed|6|rt=", text);
        Assert.Contains(@" suser=a\=b\\c\nd|e externalId=1 ", text);
        Assert.EndsWith("""msg={"why":"Reason 0"}""", text);
    }

    public ValueTask DisposeAsync()
    {
        key.Dispose();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private ExportReport Check(IEnumerable<string> export)
    {
        var check = new ExportCheck(key);
        foreach (var line in export) check.Add(line);
        return check.Report();
    }

    private static string Flipped(string base64)
    {
        var bytes = Convert.FromBase64String(base64);
        bytes[bytes.Length / 2] ^= 1;
        return Convert.ToBase64String(bytes);
    }
}
