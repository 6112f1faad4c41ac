using Headway.Core.Pipelines;
using Headway.Server.Specs;
using Xunit;

namespace Headway.Server.Tests.Specs;

/// <summary>Limits, services beside a job, caches, labels and groups in headway.yaml, and what can be wrong with them.</summary>
public sealed class JobRoomSpecTests
{
    private static SpecReading Read(string job) => SpecReader.Read(
        "headway.yaml", $"service: shop\nrun: {{ command: ./run }}\nbuild:\n  work: {{ run: make, artifact: out, {job} }}\n");

    private static JobRoom Right(string job)
    {
        var reading = Read(job);
        Assert.True(reading.Spec is not null, reading.Says);
        return Assert.Single(reading.Spec.Jobs).Room!;
    }

    [Fact]
    public void Limits_labels_groups_and_writable_folders_are_read()
    {
        var room = Right("limits: { cpu: 1.5, memory: 2 GB, processes: 500, disk: 5 GB }, labels: gpu, "
            + "concurrency: { group: lab, jobs: 3 }, source: { writes: [out, obj] }");
        Assert.Equal(new JobBounds(1.5, 2_000_000_000, 500, 5_000_000_000), room.Bounds);
        Assert.Equal(["gpu"], room.Labels);
        Assert.Equal([new JobGroup("lab", 3)], room.Groups);
        Assert.Equal(["out", "obj"], room.Writes!.Value);
        Assert.Empty(Right("source: read only").Writes!.Value);
    }

    [Fact]
    public void Services_beside_a_job_have_a_kind()
    {
        var all = Right("services: { db: { postgres: 15 }, cache: redis, mail: { run: ./mail, port: 25 }, "
            + "web: { image: \"127.0.0.1:5000/web:1\", ready: wget -q localhost } }").Companions;
        Assert.Equal([CompanionKind.Postgres, CompanionKind.Redis, CompanionKind.Command, CompanionKind.Image],
            all.Select(each => each.Kind));
        Assert.Equal((15, "./mail", 25), (all[0].Release, all[2].Run, all[2].Port));
    }

    [Fact]
    public void Caches_are_known_by_name_or_have_a_path_and_a_key()
    {
        var caches = Right("caches: [npm, { path: ~/.tool, key: [a.lock, \"**/b.lock\"] }]").Caches;
        Assert.Equal(["~/.npm", "~/.tool"], caches.Select(cache => cache.Path));
        Assert.Equal(["a.lock", "**/b.lock"], caches[1].Key);
    }

    [Fact]
    public void A_job_that_asks_for_nothing_has_no_room_of_its_own() =>
        Assert.Null(Assert.Single(Read("timeout: 5m").Spec!.Jobs).Room);

    [Theory]
    [InlineData("limits: { memory: 2 }", "a size such as `256 MB`")]
    [InlineData("limits: { cpus: 2 }", "unknown key `cpus`")]
    [InlineData("limits: { processes: 2 }", "a whole number from 8")]
    [InlineData("labels: [\"a b\"]", "is not right here")]
    [InlineData("image: \"--privileged\"", "is not right here")]
    [InlineData("image: \"a b\"", "is not right here")]
    [InlineData("services: { db: { postgres: 15, run: x } }", "is one of `postgres`")]
    [InlineData("services: { db: {} }", "is one of `postgres`")]
    [InlineData("services: { db: { run: x } }", "nothing says when this service is ready")]
    [InlineData("services: { DB: postgres }", "cannot be a name")]
    [InlineData("services: { db: mysql }", "`mysql` has no meaning here")]
    [InlineData("caches: [nmp]", "Did you mean `npm`")]
    [InlineData("caches: { path: ~/../x, key: a }", "cannot be cached")]
    [InlineData("caches: { path: /etc, key: a }", "cannot be cached")]
    [InlineData("caches: { path: \"~\", key: a }", "cannot be cached")]
    [InlineData("caches: { path: \"~/.\", key: a }", "cannot be cached")]
    [InlineData("caches: { path: ~/.x, key: ../a }", "leads out of the source")]
    [InlineData("caches: [npm, npm]", "is cached twice")]
    [InlineData("source: { writes: [../out] }", "leads out of the source")]
    [InlineData("source: writable", "`read only`")]
    [InlineData("source: read only, image: node", "one of the two")]
    [InlineData("concurrency: { group: lab, jobs: 0 }", "a whole number from 1")]
    public void Mistakes_are_named(string job, string says)
    {
        var reading = Read(job);
        Assert.Null(reading.Spec);
        Assert.Contains(says, reading.Says);
    }
}
