using System.Net;

namespace Resilience.Http;

/// <summary>Stands for a content of bytes, or for none, with a <see cref="LastLook"/>. The other is its owner's.</summary>
internal sealed class LastLookBytes : ByteArrayContent
{
    private readonly HttpContent? _body;
    private readonly OutboxSettings _settings;

    public LastLookBytes(HttpContent? body, OutboxSettings settings)
        : base([])
    {
        (_body, _settings) = (body, settings);
        foreach (var (name, values) in body?.Headers.NonValidated ?? default)
            Headers.TryAddWithoutValidation(name, values);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _settings.ThrowIfTooLate();
        return _body?.CopyToAsync(stream, context, cancellationToken) ?? Task.CompletedTask;
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _settings.ThrowIfTooLate();
        _body?.CopyTo(stream, context, cancellationToken);
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
    {
        _settings.ThrowIfTooLate();
        return _body?.ReadAsStreamAsync(cancellationToken) ?? Task.FromResult(Stream.Null);
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken)
    {
        _settings.ThrowIfTooLate();
        return _body?.ReadAsStream(cancellationToken) ?? Stream.Null;
    }

    protected override bool TryComputeLength(out long length)
    {
        var known = _body is null ? 0 : _body.Headers.ContentLength;
        length = known ?? 0;
        return known is not null;
    }
}
