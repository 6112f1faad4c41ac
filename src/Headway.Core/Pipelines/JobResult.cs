using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.Pipelines;

/// <summary>A file that a job wrote to be read by Headway: kept by digest, whatever becomes of the job.</summary>
/// <param name="Path">Relative to the root of the source.</param>
public sealed record JobResult(ResultKind Kind, string Path, string Digest, long Length)
{
    public const long LargestBytes = 64L << 20;
    public const int Most = 500;
}

[JsonConverter(typeof(JsonStringEnumConverter<ResultKind>))]
public enum ResultKind
{
    /// <summary>JUnit XML, TRX or TAP.</summary>
    Tests,

    /// <summary>LCOV or Cobertura.</summary>
    Coverage,

    /// <summary>SARIF, CycloneDX with vulnerabilities, OSV, or the own formats of `dotnet list package` and `npm audit`.</summary>
    Scan,

    /// <summary>CycloneDX or SPDX: what the artifact is made of.</summary>
    BillOfMaterials,

    /// <summary>Pact files or verification results.</summary>
    Contracts,
}

/// <summary>Files that the runner sends when a job has ended, well or not.</summary>
/// <param name="Pattern">As in headway.yaml, relative to the root of the source: `**/*.trx`.</param>
public sealed record ResultWanted(ResultKind Kind, string Pattern)
{
    /// <summary>Everything that a job writes to be read.</summary>
    public static ImmutableArray<ResultWanted> Of(JobSpec job)
    {
        (ResultKind Kind, string? Pattern)[] patterns =
        [
            (ResultKind.Tests, job.Reports), (ResultKind.Coverage, job.Coverage?.Reports), (ResultKind.Scan, job.Scans),
            (ResultKind.BillOfMaterials, job.Bill), (ResultKind.Contracts, job.Contracts),
        ];
        return [.. patterns.Where(each => each.Pattern is not null).Select(each => new ResultWanted(each.Kind, each.Pattern!))];
    }
}
