namespace Resilience.Http;

/// <summary>
/// Sends an access token with every request that has no Authorization of its own and goes where the token may go. A 401 that may be the
/// token's fault has it replaced and the request sent once more, if its body can be; if there is no other token, that 401 is the answer.
/// Stands innermost. Safe for concurrent use: many calls share one request for a token.
/// </summary>
public sealed class ClientCredentialsHandler : PolicyHandler
{
    private readonly TimeProvider _time;
    private readonly AccessTokens _tokens;
    private readonly HttpMessageHandler? _own;

    /// <summary>A handler to be used without a container, with a token of its own.</summary>
    /// <param name="options">Where tokens come from, by which secret, and where they may go.</param>
    /// <param name="tokenTransport">Sends the requests for tokens, and is disposed with this; null for a <see cref="SocketsHttpHandler"/> of its own that follows no redirects.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is missing or not in order.</exception>
    public ClientCredentialsHandler(ClientCredentialsOptions options, HttpMessageHandler? tokenTransport = null)
        : this(Live<ClientCredentialsOptions>.Fixed(options, new ClientCredentialsOptionsValidator()), AccessTokenClient.Chain(tokenTransport))
    {
    }

    internal ClientCredentialsHandler(ResilientClient client, Live<ClientCredentialsOptions> options, Func<HttpClient> http)
        => (_time, _tokens) = (client.Time, client.StateOf(() => new AccessTokens(client, options, http)));

    private ClientCredentialsHandler(Live<ClientCredentialsOptions> options, HttpMessageHandler own)
        : this(ResilientClient.ByHand(), options, () => AccessTokenClient.Over(own)) => _own = own;

    internal override bool SharesAttempt => false;

    private protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, Attempt? attempt, CancellationToken cancellationToken)
    {
        // Handlers further out may send the message again as it came back, with the token of last time, and somewhere else.
        if (HasAuthorization(request) && request.Headers.Authorization is AccessToken)
            request.Headers.Authorization = null;

        return !HasAuthorization(request) && request.RequestUri is { IsAbsoluteUri: true } address && _tokens.Trusts(address)
            ? SendWithTokenAsync(request, _tokens.Cache, async, cancellationToken)
            : SendInnerAsync(request, async, attempt: null, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _own?.Dispose();
        base.Dispose(disposing);
    }

    private static bool HasAuthorization(HttpRequestMessage request) => request.Headers.NonValidated.Contains("Authorization");

    private async Task<HttpResponseMessage> SendWithTokenAsync(HttpRequestMessage request, AccessTokenCache cache, bool async, CancellationToken cancellationToken)
    {
        var now = _time.GetTimestamp();
        if (cache.Find(now) is not { } token)
        {
            var answer = await cache.GetAsync(now).WaitAsync(cancellationToken).BlockUnless(async).ConfigureAwait(false);
            token = answer.Token ?? throw _tokens.Refuse(answer.Failure!);
        }

        var response = await SendWithAsync(token, request, async, cancellationToken).ConfigureAwait(false);
        if (!AccessTokenRejection.IsOf(token, request, response)
            || await ReplaceAsync(token, request, response, cache, async, cancellationToken).ConfigureAwait(false) is not { } fresh)
            return response;

        response.Dispose();
        AccessTokenReplay.Prepare(request);
        response = await SendWithAsync(fresh, request, async, cancellationToken).ConfigureAwait(false);
        if (AccessTokenRejection.IsOf(fresh, request, response))
            cache.Distrust(fresh, _time.GetTimestamp());
        return response;
    }

    private Task<HttpResponseMessage> SendWithAsync(AccessToken token, HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = token;
        return SendInnerAsync(request, async, attempt: null, cancellationToken);
    }

    private async Task<AccessToken?> ReplaceAsync(
        AccessToken refused, HttpRequestMessage request, HttpResponseMessage refusal, AccessTokenCache cache, bool async, CancellationToken cancellationToken)
    {
        try
        {
            // Of use to later calls, even if this one cannot wait for it.
            var replacing = cache.ReplaceAsync(refused, _time.GetTimestamp());
            return AccessTokenReplay.IsPossible(request) ? (await replacing.WaitAsync(cancellationToken).BlockUnless(async).ConfigureAwait(false)).Token : null;
        }
        catch
        {
            refusal.Dispose();
            throw;
        }
    }
}
