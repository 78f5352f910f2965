using System.Net;

namespace Resilience.Http;

/// <summary>Stands for a content of unknown type, with a <see cref="LastLook"/>. The other is its owner's.</summary>
internal sealed class LastLookContent : HttpContent
{
    private readonly HttpContent _body;
    private readonly OutboxSettings _settings;

    public LastLookContent(HttpContent body, OutboxSettings settings)
    {
        (_body, _settings) = (body, settings);
        foreach (var (name, values) in body.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, values);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _settings.ThrowIfTooLate();
        return _body.CopyToAsync(stream, context, cancellationToken);
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _settings.ThrowIfTooLate();
        _body.CopyTo(stream, context, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        var known = _body.Headers.ContentLength;
        length = known ?? 0;
        return known is not null;
    }
}
