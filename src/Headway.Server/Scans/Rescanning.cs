using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Scans.Formats;
using Headway.Server.Access;
using Headway.Server.Artifacts;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Scans;

/// <summary>A release that was sound when it was made is looked at again with what is known today.</summary>
internal static class Rescanning
{
    public static async Task<IResult> RescanAsync(string service, string release, BlobStore blobs, ReleaseScans scans, HttpContext http)
    {
        var ledger = http.RequestServices.GetRequiredService<Ledger>();
        if (ledger.Release(release) is not { } known || known.Service != service)
            return Problems.NotFound("release", release,
                ledger.Releases.Where(each => each.Service == service).Select(each => each.Id));
        var parts = await PartsAsync(scans.RunOf(known), blobs, http.RequestAborted);
        if (parts.IsEmpty)
            return Results.Problem($"{release} has no bill of materials (CycloneDX) that one could look into.",
                statusCode: 409, title: "No bill of materials");
        ServerLimits.AllowBody(http, JobResult.LargestBytes);
        using var advisories = new MemoryStream();
        await http.Request.Body.CopyToAsync(advisories, http.RequestAborted);
        if (BillOfMaterials.Compare(parts, advisories.ToArray()) is not { } result)
            return Results.Problem("It holds no advisory in the OSV format.", statusCode: 422, title: "No advisories");
        var reading = ScanReader.Read(result);
        if (!reading.Findings.IsEmpty) await AddAsync(known, result, blobs, http);
        return Results.Ok(new ResultTaken(reading.Format, reading.Findings.Length, reading.NotScanned));
    }

    private static async Task AddAsync(Release release, byte[] result, BlobStore blobs, HttpContext http)
    {
        var blob = await blobs.WriteAsync(new MemoryStream(result), http.RequestAborted);
        await http.RequestServices.GetRequiredService<TriageBook>().AddAsync(release.Service, release.Id,
            new(ResultKind.Scan, "rescan", blob.Digest, blob.Length), RolloutEndpoints.Actor(http), http.RequestAborted);
    }

    private static async Task<ImmutableArray<Part>> PartsAsync(RunState? run, BlobStore blobs, CancellationToken stop)
    {
        var parts = ImmutableArray.CreateBuilder<Part>();
        var results = (run?.Jobs ?? []).SelectMany(job => job.Results)
            .Where(result => result.Kind is ResultKind.BillOfMaterials or ResultKind.Scan && result.Length <= ScanReader.MostBytes);
        foreach (var result in results)
        {
            await using var stream = await blobs.OpenAsync(result.Digest, stop);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, stop);
            parts.AddRange(BillOfMaterials.PartsOf(bytes));
        }
        return [.. parts.Distinct()];
    }
}
