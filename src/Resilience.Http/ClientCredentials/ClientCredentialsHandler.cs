namespace Resilience.Http;

/// <summary>
/// Sends an access token with every request that has no Authorization of its own and goes where the token may go. A 401 that may be the
/// token's fault has it replaced and the request sent once more, if its body can be; if there is no other token, that 401 is the answer.
/// Stands innermost. Safe for concurrent use: many calls share one request for a token.
/// </summary>
public sealed class ClientCredentialsHandler : PolicyHandler
{
    private readonly AccessTokens _tokens;
    private readonly AccessTokenTransport _transport;

    /// <summary>A handler to be used without a container, with a token of its own.</summary>
    /// <param name="options">Where tokens come from, by which secret, and where they may go.</param>
    /// <param name="tokenTransport">Sends the requests for tokens, and is disposed with this; null for a <see cref="SocketsHttpHandler"/> of its own that follows no redirects.</param>
    /// <param name="client">Name, clock and chance; null for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is missing or invalid.</exception>
    public ClientCredentialsHandler(ClientCredentialsOptions options, HttpMessageHandler? tokenTransport = null, ClientContext? client = null)
        : this(ClientCredentialsPolicy.Instance.CreateContext(options, client), tokenTransport)
    {
    }

    internal ClientCredentialsHandler(PolicyContext<ClientCredentialsOptions> context, AccessTokenTransport transport)
        : base(context.Client, takesPartInAttempts: false)
    {
        _tokens = context.State(() => new AccessTokens(context.Client, context.Live, transport.CreateClient));
        _transport = transport;
    }

    private ClientCredentialsHandler(PolicyContext<ClientCredentialsOptions> context, HttpMessageHandler? tokenTransport)
        : this(context, new AccessTokenTransport(tokenTransport, context.Client))
    {
    }

    /// <inheritdoc/>
    protected override bool MaySendAgain => true;

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        // Outer handlers may send the message again as it came back, with the token of last time, and somewhere else.
        if (HasAuthorization(request) && request.Headers.Authorization is AccessToken)
            request.Headers.Authorization = null;

        return !HasAuthorization(request) && request.RequestUri is { IsAbsoluteUri: true } address && _tokens.Trusts(address)
            ? SendWithTokenAsync(request, _tokens.Cache, attempt, cancellationToken)
            : SendInnerAsync(request, attempt, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _transport.Dispose();
        base.Dispose(disposing);
    }

    private static bool HasAuthorization(HttpRequestMessage request) => request.Headers.NonValidated.Contains("Authorization");

    private async Task<HttpResponseMessage> SendWithTokenAsync(HttpRequestMessage request, AccessTokenCache cache, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var body = RequestBody.Watch(request, RequestBody.DefaultLimit, earlier: null);
        try
        {
            return await SendTwiceAsync(request, cache, attempt, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            body?.TakeOff(request);
        }
    }

    private async Task<HttpResponseMessage> SendTwiceAsync(HttpRequestMessage request, AccessTokenCache cache, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var (now, async) = (Client.Time.GetTimestamp(), attempt.IsAsync);
        if (cache.Find(now) is not { } token)
        {
            var answer = await cache.GetAsync(now).WaitAsync(cancellationToken).BlockUnless(async).ConfigureAwait(false);
            token = answer.Token ?? throw _tokens.RejectionBy(answer.Failure!);
        }

        var response = await SendWithAsync(token, request, attempt, cancellationToken).ConfigureAwait(false);
        if (!AccessTokenRejection.IsOf(token, request, response)
            || await ReplaceAsync(token, request, response, cache, async, cancellationToken).ConfigureAwait(false) is not { } fresh)
            return response;

        response.Dispose();
        AccessTokenReplay.Prepare(request);
        response = await SendWithAsync(fresh, request, attempt, cancellationToken).ConfigureAwait(false);
        if (AccessTokenRejection.IsOf(fresh, request, response))
            cache.Distrust(fresh, Client.Time.GetTimestamp());
        return response;
    }

    private Task<HttpResponseMessage> SendWithAsync(AccessToken token, HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = token;
        return SendInnerAsync(request, attempt, cancellationToken);
    }

    private async Task<AccessToken?> ReplaceAsync(
        AccessToken refused, HttpRequestMessage request, HttpResponseMessage refusal, AccessTokenCache cache, bool async, CancellationToken cancellationToken)
    {
        try
        {
            // Of use to later calls, even if this one cannot wait for it.
            var replacing = cache.ReplaceAsync(refused, Client.Time.GetTimestamp());
            return AccessTokenReplay.IsPossible(request) ? (await replacing.WaitAsync(cancellationToken).BlockUnless(async).ConfigureAwait(false)).Token : null;
        }
        catch
        {
            refusal.Dispose();
            throw;
        }
    }
}
