namespace Resilience.Http;

/// <summary>
/// Adds an access token to every request that has no Authorization of its own, if its address may receive the token. On a 401 that a new token
/// could fix, it gets one and sends the request once more, if the body can be sent again; if there is no other token, the caller gets that 401.
/// Stands innermost. Safe for concurrent use: many calls share one request for a token.
/// </summary>
public sealed class ClientCredentialsHandler : PolicyHandler
{
    private readonly AccessTokens _tokens;
    private readonly AccessTokenTransport? _own;
    private bool _changesRequests;

    /// <summary>A handler to be used without a container, with an access token of its own.</summary>
    /// <param name="options">Where access tokens come from, with which secret, and where they may be sent.</param>
    /// <param name="tokenTransport">Sends the requests for tokens, and is disposed with this; null for a <see cref="SocketsHttpHandler"/> of its own that follows no redirects.</param>
    /// <param name="client">Name, clock and chance; null for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is missing or invalid.</exception>
    public ClientCredentialsHandler(ClientCredentialsOptions options, HttpMessageHandler? tokenTransport = null, ClientContext? client = null)
        : this(ClientCredentialsPolicy.Instance.CreateContext(options, client), tokenTransport)
    {
    }

    /// <param name="context">The client's.</param>
    /// <param name="transport">The client's too: handlers come and go, and all of them ask by the same.</param>
    /// <param name="isOwn">Whether it belongs to this handler, which is the only one.</param>
    internal ClientCredentialsHandler(PolicyContext<ClientCredentialsOptions> context, AccessTokenTransport transport, bool isOwn = false)
        : base(context.Client, takesPartInAttempts: false)
    {
        _tokens = context.State(() => new AccessTokens(context.Client, context.Live, transport.CreateClient));
        _own = isOwn ? transport : null;
    }

    private ClientCredentialsHandler(PolicyContext<ClientCredentialsOptions> context, HttpMessageHandler? tokenTransport)
        : this(context, new AccessTokenTransport(tokenTransport, context.Client), isOwn: true)
    {
    }

    /// <inheritdoc/>
    protected override bool MaySendAgain => true;

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        // That of an outer client, whose call is under way.
        AccessToken.TakeOff(request);
        return !AccessToken.HasAuthorization(request) && request.RequestUri is { IsAbsoluteUri: true } address && _tokens.Trusts(address, attempt.Attempt.Settings?.Discovered)
            ? SendWithTokenAsync(request, _tokens.Cache, attempt, cancellationToken)
            : SendInnerAsync(request, attempt, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _own?.Dispose();
        base.Dispose(disposing);
    }

    private protected override void Join() => _changesRequests = !KnownHandlers.Follow(InnerHandler);

    private async Task<HttpResponseMessage> SendWithTokenAsync(HttpRequestMessage request, AccessTokenCache cache, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var body = RequestBody.Watch(request, attempt.Attempt.Settings, RequestBody.DefaultLimit, earlier: null, Client);
        var written = _changesRequests ? RequestSnapshot.Of(request, Client.Time.GetTimestamp()) : null;
        try
        {
            return await SendTwiceAsync(request, written, cache, attempt, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // The caller has not written it, and may send the message elsewhere.
            AccessToken.TakeOff(request);
            written?.GiveBack();
            body?.End(request);
        }
    }

    private async Task<HttpResponseMessage> SendTwiceAsync(HttpRequestMessage request, RequestSnapshot? written, AccessTokenCache cache, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var (now, address, content) = (Client.Time.GetTimestamp(), request.RequestUri!, request.Content);
        if (cache.Find(now) is not { } token)
        {
            var answer = await AccessTokenWait.ForAsync(cache.GetAsync(now), attempt, cancellationToken).ConfigureAwait(false);
            token = answer.Token ?? throw _tokens.RejectionBy(answer.Failure!);
        }

        var response = await SendWithAsync(token, request, attempt, cancellationToken).ConfigureAwait(false);
        if (!IsRejected(token, address, request, response)
            || _tokens.Paths.Contains(address)
            || await ReplaceAsync(token, address, request, content, response, cache, attempt, cancellationToken).ConfigureAwait(false) is not { } fresh
            || !AccessTokenReplay.TryPrepare(request, content, written, Client))
            return response;

        response.Dispose();
        response = await SendWithAsync(fresh, request, attempt, cancellationToken).ConfigureAwait(false);
        if (IsRejected(fresh, address, request, response))
            Distrust(fresh, token, address, cache);
        return response;
    }

    private bool IsRejected(AccessToken token, Uri address, HttpRequestMessage request, HttpResponseMessage response)
    {
        if (AccessTokenRejection.IsOf(token, request, response))
            return true;

        // A redirect takes the token off, and then nobody has accepted it.
        if (ReferenceEquals(request.Headers.Authorization, token))
            _tokens.Paths.Accept(token, address, response);
        return false;
    }

    private void Distrust(AccessToken fresh, AccessToken rejected, Uri address, AccessTokenCache cache)
    {
        cache.Distrust(fresh, Client.Time.GetTimestamp());
        _tokens.Paths.Add(address, rejected, fresh);
    }

    private Task<HttpResponseMessage> SendWithAsync(AccessToken token, HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = token;
        return SendInnerAsync(request, attempt, cancellationToken);
    }

    private async Task<AccessToken?> ReplaceAsync(
        AccessToken rejected, Uri address, HttpRequestMessage request, HttpContent? content, HttpResponseMessage rejection, AccessTokenCache cache, AttemptContext attempt, CancellationToken cancellationToken)
    {
        try
        {
            // Later calls use it, even if this one cannot be sent again.
            var replacing = cache.ReplaceAsync(rejected, Client.Time.GetTimestamp());
            await (attempt.Current?.SettleAsync(cancellationToken) ?? Task.CompletedTask).BlockUnless(attempt.IsAsync).Ended;
            await (attempt.Current?.UploadAsync(hasAnswer: true, cancellationToken) ?? Task.CompletedTask).BlockUnless(attempt.IsAsync).Ended;
            if (attempt.Current is { IsUploading: true } || !AccessTokenReplay.IsPossible(request, content) || (await AccessTokenWait.ByDeadlineAsync(replacing, attempt, Client.Time, cancellationToken).ConfigureAwait(false))?.Token is not { } fresh)
                return null;
            if (!fresh.Equals(rejected))
                return fresh;

            Distrust(fresh, rejected, address, cache);
            return null;
        }
        catch
        {
            rejection.Dispose();
            throw;
        }
    }
}
