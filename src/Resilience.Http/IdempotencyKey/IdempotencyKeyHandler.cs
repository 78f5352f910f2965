namespace Resilience.Http;

/// <summary>
/// Gives a call one idempotency key, the same on every attempt. Stands outside retry. A key that the caller wrote is kept; a key that no
/// server could accept ends the call in an <see cref="InvalidIdempotencyKeyException"/> before anything is sent.
/// </summary>
public sealed class IdempotencyKeyHandler : PolicyHandler
{
    private readonly ResilientClient _client;
    private readonly Live<IdempotencyKeyOptions> _options;
    private volatile bool _isLinked;

    /// <summary>A handler to be used without a container.</summary>
    /// <param name="options">Which requests get a key, and in which form.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is out of bounds.</exception>
    public IdempotencyKeyHandler(IdempotencyKeyOptions options)
        : this(ResilientClient.ByHand(), Live<IdempotencyKeyOptions>.Fixed(options, new IdempotencyKeyOptionsValidator()))
    {
    }

    internal IdempotencyKeyHandler(ResilientClient client, Live<IdempotencyKeyOptions> options) => (_client, _options) = (client, options);

    private protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, Attempt? attempt, CancellationToken cancellationToken)
    {
        if (!_isLinked)
            LinkInner();

        var options = _options.Value;
        return AddKey(request, options) is { } fault
            ? Task.FromException<HttpResponseMessage>(new InvalidIdempotencyKeyException(_client.Name, options.HeaderName, fault))
            : SendInnerAsync(request, async, attempt, cancellationToken);
    }

    private void LinkInner()
    {
        foreach (var inner in Inner)
        {
            if (inner is RetryHandler retry)
                retry.KeyHeader = () => _options.Value.HeaderName;
        }

        _isLinked = true;
    }

    private static string? AddKey(HttpRequestMessage request, IdempotencyKeyOptions options)
    {
        var chosen = RequestSettings.Of(request)?.IdempotencyKey;
        var needsKey = chosen is not null || options.Methods.Contains(request.Method.Method);
        if (!needsKey)
            return null;

        if (request.Headers.NonValidated.TryGetValues(options.HeaderName, out var written))
            return FindFault(written, chosen, options.Format);

        var value = IdempotencyKey.Format(chosen ?? options.CreateKey(request), options.Format, out var fault);
        if (fault is null)
            request.Headers.TryAddWithoutValidation(options.HeaderName, value);
        return fault;
    }

    private static string? FindFault(System.Net.Http.Headers.HeaderStringValues written, string? chosen, IdempotencyKeyFormat format)
    {
        if (written.Count != 1)
            return "is there more than once";

        var value = written.ToString();
        return chosen is not null && value != IdempotencyKey.Format(chosen, format, out _)
            ? "differs from the one set by SetIdempotencyKey"
            : IdempotencyKey.FindFaultInHeader(value, format);
    }
}
