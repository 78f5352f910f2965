namespace Resilience.Http;

/// <summary>
/// Adds an access token to every request that has no Authorization of its own, if its address may receive the token. On a 401 that a new token
/// could fix, it gets one and sends the request once more, if the body can be sent again; if there is no other token, the caller gets that 401.
/// Stands innermost. Safe for concurrent use: many calls share one request for a token.
/// </summary>
public sealed class ClientCredentialsHandler : PolicyHandler
{
    private readonly AccessTokens _tokens;
    private readonly AccessTokenTransport _transport;

    /// <summary>A handler to be used without a container, with an access token of its own.</summary>
    /// <param name="options">Where access tokens come from, with which secret, and where they may be sent.</param>
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
        // An outer handler may send the message again, with the token of last time and to another address.
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
        AccessToken rejected, HttpRequestMessage request, HttpResponseMessage rejection, AccessTokenCache cache, bool async, CancellationToken cancellationToken)
    {
        try
        {
            // Later calls use it, even if this one cannot be sent again.
            var replacing = cache.ReplaceAsync(rejected, Client.Time.GetTimestamp());
            return AccessTokenReplay.IsPossible(request) ? (await replacing.WaitAsync(cancellationToken).BlockUnless(async).ConfigureAwait(false)).Token : null;
        }
        catch
        {
            rejection.Dispose();
            throw;
        }
    }
}
