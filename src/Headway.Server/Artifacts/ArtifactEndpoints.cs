using Headway.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Artifacts;

/// <summary>Artifacts in the table of contents.</summary>
public static class ArtifactEndpoints
{
    /// <summary>Needs <see cref="StorageOptions"/> among the services.</summary>
    public static IServiceCollection AddArtifacts(this IServiceCollection services, BlobLimits? limits = null)
    {
        services.AddSingleton(provider => new BlobStore(
            Path.Combine(provider.GetRequiredService<StorageOptions>().DataFolder, "blobs"), limits ?? new()));
        services.AddSingleton(provider =>
            ArtifactSigner.Open(provider.GetRequiredService<StorageOptions>().DataFolder));
        return services;
    }

    public static IEndpointRouteBuilder MapArtifacts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/node/v1/artifacts/{digest}", async (string digest, BlobStore blobs, CancellationToken stop) =>
        {
            try
            {
                return Results.Stream(await blobs.OpenAsync(digest, stop), "application/x-tar");
            }
            catch (DigestInvalidException e)
            {
                return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest, title: "Not a digest");
            }
            catch (BlobMissingException e)
            {
                return Results.Problem(e.Message, statusCode: StatusCodes.Status404NotFound, title: "No such artifact");
            }
            catch (BlobCorruptException e)
            {
                return Results.Problem(e.Message, statusCode: StatusCodes.Status500InternalServerError,
                    title: "Damaged artifact");
            }
        }).WithName("DownloadArtifact");
        return routes;
    }
}
