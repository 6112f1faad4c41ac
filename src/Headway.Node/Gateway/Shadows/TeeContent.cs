using System.Net;

namespace Headway.Node.Gateway.Shadows;

/// <summary>The body of an answer on its way to the user, shown to a tee as it flows.</summary>
internal sealed class TeeContent : HttpContent
{
    private readonly HttpContent inner;
    private readonly Tee tee;

    public TeeContent(HttpContent inner, Tee tee)
    {
        (this.inner, this.tee) = (inner, tee);
        foreach (var (name, values) in inner.Headers.NonValidated) Headers.TryAddWithoutValidation(name, values);
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new TeeStream(await inner.ReadAsStreamAsync(cancellationToken), tee);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var from = await CreateContentReadStreamAsync();
        await from.CopyToAsync(stream);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
