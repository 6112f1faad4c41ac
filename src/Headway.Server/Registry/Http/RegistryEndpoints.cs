using Headway.Core.Registry;
using Headway.Server.Access;
using Headway.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headway.Server.Registry.Http;

/// <summary>`/v2/`: the OCI distribution specification, 1.1. The table of contents of what a client may ask.</summary>
public static class RegistryEndpoints
{
    public const string Path = "/v2";

    public static void MapRegistry(this IEndpointRouteBuilder app)
    {
        app.Map(Path, AnswerAsync).ExcludeFromDescription();
        app.Map(Path + "/{**rest}", AnswerAsync).ExcludeFromDescription();
    }

    private static async Task AnswerAsync(HttpContext context, RegistryStore store, RegistryLimits limits)
    {
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
        context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        try
        {
            await DispatchAsync(new RegistryRequest(context, store, limits));
        }
        catch (RegistryRefusedException refused)
        {
            await RegistryErrors.RefusedAsync(context, refused);
        }
        catch (StorageFullException full)
        {
            await RegistryErrors.FullAsync(context, full.Message);
        }
        catch (IOException full) when (DiskFull.Is(full))
        {
            await RegistryErrors.FullAsync(context, "The disk of the registry is full. Make room and try again.");
        }
        catch (BadHttpRequestException wrong)
        {
            await RegistryErrors.WriteAsync(context, wrong.StatusCode,
                wrong.StatusCode == StatusCodes.Status413PayloadTooLarge ? "SIZE_INVALID" : "BLOB_UPLOAD_INVALID",
                wrong.Message, []);
        }
    }

    private static Task DispatchAsync(RegistryRequest request)
    {
        var rest = request.Context.Request.Path.Value![Path.Length..].TrimStart('/');
        var path = RegistryPath.Read(rest) ?? throw new RegistryRefusedException(
            RefusedFor.NameUnknown, "There is nothing at this address; /v2/NAME/manifests/TAG is a manifest.");
        if (path.Repository is { } name && RepositoryName.WhyRefused(name) is { } says)
            throw new RegistryRefusedException(RefusedFor.NameInvalid, says);
        if (path.Repository is { } at && request.WhyDenied(at, RepositoryGrant.Of(request.Method)) is { } denied)
            return RegistryErrors.NotAllowedAsync(request.Context, denied);
        return (path, request.Method) switch
        {
            (RegistryPath.Ping, "GET" or "HEAD") => request.JsonAsync(new { }),
            (RegistryPath.Catalog, "GET") => ListAnswers.CatalogAsync(request),
            (RegistryPath.Tags of, "GET") => ListAnswers.TagsAsync(request, of.Name),
            (RegistryPath.ReferrersOf of, "GET") => ListAnswers.ReferrersAsync(request, of.Name, of.Digest),
            (RegistryPath.ManifestAt of, "GET" or "HEAD") => ManifestAnswers.GetAsync(request, of),
            (RegistryPath.ManifestAt of, "PUT") => ManifestAnswers.PutAsync(request, of),
            (RegistryPath.ManifestAt of, "DELETE") => ManifestAnswers.DeleteAsync(request, of),
            (RegistryPath.BlobAt of, "GET") => BlobAnswers.GetAsync(request, of),
            (RegistryPath.BlobAt of, "HEAD") => BlobAnswers.HeadAsync(request, of),
            (RegistryPath.BlobAt of, "DELETE") => BlobAnswers.DeleteAsync(request, of),
            (RegistryPath.UploadStart of, "POST") => UploadAnswers.StartAsync(request, of.Name),
            (RegistryPath.UploadAt of, "GET") => UploadAnswers.StatusAsync(request, of),
            (RegistryPath.UploadAt of, "PATCH") => UploadAnswers.AppendAsync(request, of),
            (RegistryPath.UploadAt of, "PUT") => UploadAnswers.FinishAsync(request, of),
            (RegistryPath.UploadAt of, "DELETE") => UploadAnswers.CancelAsync(request, of),
            _ => RegistryErrors.MethodAsync(request.Context, AllowedAt(path)),
        };
    }

    private static string AllowedAt(RegistryPath path) => path switch
    {
        RegistryPath.ManifestAt => "GET, HEAD, PUT, DELETE",
        RegistryPath.BlobAt => "GET, HEAD, DELETE",
        RegistryPath.UploadStart => "POST",
        RegistryPath.UploadAt => "GET, PATCH, PUT, DELETE",
        _ => "GET",
    };
}
