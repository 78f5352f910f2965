using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>
/// Gives a call one idempotency key, the same on every attempt. Stands outside retry. A key that the caller set is kept. An invalid key ends the
/// call in an <see cref="InvalidIdempotencyKeyException"/> before anything is sent.
/// </summary>
public sealed class IdempotencyKeyHandler : PolicyHandler
{
    private readonly PolicyContext<IdempotencyKeyOptions> _context;
    private readonly IdempotencyKeyTelemetry _telemetry;
    private volatile IdempotencyKeyOptions? _known;
    private KeyRules? _rules;

    /// <summary>A handler to be used without a container.</summary>
    /// <param name="options">Which requests get a key, and in which form.</param>
    /// <param name="client">The name; null for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is invalid.</exception>
    public IdempotencyKeyHandler(IdempotencyKeyOptions options, ClientContext? client = null)
        : this(IdempotencyKeyPolicy.Instance.CreateContext(options, client))
    {
    }

    internal IdempotencyKeyHandler(PolicyContext<IdempotencyKeyOptions> context)
        : base(context.Client, takesPartInAttempts: false)
    {
        _context = context;
        _telemetry = context.State(() => new IdempotencyKeyTelemetry(context.Client));
    }

    /// <inheritdoc/>
    protected internal override bool ObeysDeadline => true;

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var options = _context.Options;
        if (!ReferenceEquals(options, _known))
            Learn(options);

        return AddKey(request, options) is { } fault
            ? Reject(new InvalidIdempotencyKeyException(Client.Name, options.Profile.Carrier is IdempotencyKeyCarrier.Header ? options.HeaderName : options.Profile.Name, fault))
            : SendInnerAsync(request, attempt, cancellationToken);
    }

    private protected override void Join()
    {
        foreach (var inner in InnerPolicies)
            inner.KeyRules = () => RulesOf(_context.Options);
    }

    private KeyRules RulesOf(IdempotencyKeyOptions options)
    {
        if (!ReferenceEquals(options, _known))
            Learn(options);
        return _rules!;
    }

    private void Learn(IdempotencyKeyOptions options)
    {
        var profile = options.Profile;
        var isInHeader = profile.Carrier is IdempotencyKeyCarrier.Header;
        if (isInHeader)
            KeyHeaders.Add(options.HeaderName);
        _rules = new(
            isInHeader ? options.HeaderName : null,
            method => profile.HonoursOtherMethods || options.Methods.Contains(method.Method),
            profile.Judge,
            profile.ReplayMark,
            profile.Stores is IdempotencyResults.Successes);
        _known = options;
    }

    private string? AddKey(HttpRequestMessage request, IdempotencyKeyOptions options)
    {
        var settings = RequestSettings.Of(request);
        var chosen = settings?.IdempotencyKey;
        var needsKey = chosen is not null || options.Methods.Contains(request.Method.Method);
        if (!needsKey)
            return null;

        if (options.Profile.Carrier is IdempotencyKeyCarrier.Body)
            return chosen is null ? "is in the body and not known; name it with SetIdempotencyKey" : options.Profile.FindFault(chosen);
        if (request.Headers.NonValidated.TryGetValues(options.HeaderName, out var written))
        {
            _telemetry.Given(options.HeaderName);
            return FindFault(written, chosen, options);
        }

        var key = chosen ?? options.CreateKey(request);
        var value = IdempotencyKeyGrammar.Format(key, options.Format, out var fault);
        fault ??= options.Profile.FindFault(key);
        if (fault is not null)
            return fault;

        request.Headers.TryAddWithoutValidation(options.HeaderName, value);
        // Else it need not be noted whose key it is.
        if (SentMessage.MayBeSentAgain(request))
            RequestSettings.For(request).MakeKey(options.HeaderName, value, Client);
        return null;
    }

    private static string? FindFault(HeaderStringValues written, string? chosen, IdempotencyKeyOptions options)
    {
        if (written.Count != 1)
            return "is set more than once";

        var value = written.ToString();
        return chosen is not null && value != IdempotencyKeyGrammar.Format(chosen, options.Format, out _)
            ? "differs from the one set by SetIdempotencyKey"
            : IdempotencyKeyGrammar.FindFaultInHeader(value, options.Format) ?? options.Profile.FindFault(IdempotencyKeyGrammar.Unquote(value));
    }
}
