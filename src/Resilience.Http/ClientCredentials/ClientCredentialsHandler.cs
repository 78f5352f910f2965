using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>
/// Sends an access token with every request that has no Authorization of its own and goes where the token may go. A 401 that may be the
/// token's fault has it replaced and the request sent once more, if its body can be; if there is no other token, that 401 is the answer.
/// Stands innermost. Safe for concurrent use: many calls share one request for a token.
/// </summary>
public sealed class ClientCredentialsHandler : ResilienceHandler
{
    private static readonly HttpRequestOptionsKey<bool> Replayed = new("Resilience.Http.TokenReplaced");

    private readonly TimeProvider _time;
    private readonly ClientTokens _tokens;
    private readonly HttpMessageHandler? _own;

    /// <summary>A handler to be used without a container, with a token of its own.</summary>
    /// <param name="options">Where tokens come from, by which secret, and where they may go.</param>
    /// <param name="tokenTransport">Sends the requests for tokens, and is disposed with this; null for a <see cref="SocketsHttpHandler"/> of its own that follows no redirects.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is missing or not in order.</exception>
    public ClientCredentialsHandler(ClientCredentialsOptions options, HttpMessageHandler? tokenTransport = null)
        : this(Live<ClientCredentialsOptions>.Fixed(options, new ClientCredentialsOptionsValidator()), TokenClient.Chain(tokenTransport))
    {
    }

    internal ClientCredentialsHandler(ResilientClient client, Live<ClientCredentialsOptions> options, Func<HttpClient> http)
        => (_time, _tokens) = (client.Time, client.StateOf(() => new ClientTokens(client, options, http)));

    private ClientCredentialsHandler(Live<ClientCredentialsOptions> options, HttpMessageHandler own)
        : this(ResilientClient.ByHand(), options, () => TokenClient.Over(own)) => _own = own;

    private protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, Attempt? attempt, CancellationToken cancellationToken)
        => IsOurs(request.Headers) && request.RequestUri is { IsAbsoluteUri: true } address && _tokens.Options.Trusts(address)
            ? SendWithTokenAsync(request, _tokens.Cache, async, cancellationToken)
            : SendInnerAsync(request, async, attempt: null, cancellationToken);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _own?.Dispose();
        base.Dispose(disposing);
    }

    // Handlers further out may send the message again as it came back, with the token of last time.
    private static bool IsOurs(HttpRequestHeaders headers) => !headers.NonValidated.Contains("Authorization") || headers.Authorization is AccessToken;

    private static bool TryPrepareReplay(HttpRequestMessage request)
    {
        var settings = RequestSettings.Of(request);
        if (request.Options.TryGetValue(Replayed, out _) || !(RequestBody.CanReplay(request.Content) || settings is { ContentFactory: not null } or { HasBufferedBody: true }))
            return false;

        request.Options.Set(Replayed, true);
        if (settings?.ContentFactory is { } makeContent)
        {
            request.Content?.Dispose();
            request.Content = makeContent();
        }

        return true;
    }

    private async Task<HttpResponseMessage> SendWithTokenAsync(HttpRequestMessage request, TokenCache cache, bool async, CancellationToken cancellationToken)
    {
        var now = _time.GetTimestamp();
        if (cache.Find(now) is not { } token)
        {
            var answer = await cache.GetAsync(now).WaitAsync(cancellationToken).BlockUnless(async).ConfigureAwait(false);
            token = answer.Token ?? throw _tokens.Refuse(answer.Failure!);
        }

        request.Headers.Authorization = token;
        var response = await SendInnerAsync(request, async, attempt: null, cancellationToken).ConfigureAwait(false);
        // A redirect takes the token off: what the new address then says is not about it.
        return TokenRefusal.IsIn(response) && ReferenceEquals(request.Headers.Authorization, token)
            ? await ReplaceAndReplayAsync(request, response, token, cache, async, cancellationToken).ConfigureAwait(false)
            : response;
    }

    private async Task<HttpResponseMessage> ReplaceAndReplayAsync(
        HttpRequestMessage request, HttpResponseMessage refusal, AccessToken refused, TokenCache cache, bool async, CancellationToken cancellationToken)
    {
        AccessToken? fresh;
        try
        {
            var replacing = cache.ReplaceAsync(refused, _time.GetTimestamp());
            fresh = TryPrepareReplay(request) ? (await replacing.WaitAsync(cancellationToken).BlockUnless(async).ConfigureAwait(false)).Token : null;
        }
        catch
        {
            refusal.Dispose();
            throw;
        }

        if (fresh is null)
            return refusal;

        refusal.Dispose();
        request.Headers.Authorization = fresh;
        var response = await SendInnerAsync(request, async, attempt: null, cancellationToken).ConfigureAwait(false);
        if (TokenRefusal.IsIn(response) && ReferenceEquals(request.Headers.Authorization, fresh))
            cache.Distrust(fresh, _time.GetTimestamp());
        return response;
    }
}
