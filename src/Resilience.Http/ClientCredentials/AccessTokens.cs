namespace Resilience.Http;

/// <summary>The access tokens of one client. Belongs to the client, so that it outlives the handlers. Safe for concurrent use.</summary>
internal sealed class AccessTokens(ClientContext client, Live<ClientCredentialsOptions> options, Func<HttpClient> http)
{
    private readonly Lock _lock = new();
    private readonly ClientCredentialsTelemetry _telemetry = new(client);
    private volatile Entry? _entry;

    /// <summary>Where no token helps.</summary>
    public RejectingPaths Paths { get; } = new(client.Time);

    public ClientCredentialsOptions Options => options.Value;

    /// <summary>
    /// The cache for the options in force. If a change of the options asks for another token, it is a new one. One that asks for the same token in another way, with a new secret for example, leaves the
    /// token that is there until there is a new one: nothing is known against it.
    /// </summary>
    public AccessTokenCache Cache => _entry is { } entry && ReferenceEquals(entry.Options, options.Value) ? entry.Cache : Follow(options.Value);

    /// <summary>Whether an access token may be sent to this address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="discovered">What service discovery made of the one that was written: it may choose where that is found.</param>
    public bool Trusts(Uri address, DiscoveredAddress? discovered)
    {
        var written = discovered is not null && PartitionKey.OfAuthority(discovered.Found) == PartitionKey.OfAuthority(address) ? discovered.Written : address;
        if (Options.Trusts(written, found: address, client.HttpClient))
            return true;

        _telemetry.Withheld(address);
        return false;
    }

    public AccessTokenException RejectionBy(AccessTokenFailure failure) => new(client.Name, EndpointOf(Options), failure);

    private static string EndpointOf(ClientCredentialsOptions options) => LogText.Server(options.TokenEndpoint);

    private AccessTokenCache Follow(ClientCredentialsOptions latest)
    {
        lock (_lock)
        {
            if (_entry is not { } entry || !entry.Options.AsksForTheSame(latest))
                return (_entry = new(latest, RequestAsync, client.Time)).Cache;

            var asksLike = entry.Options.AsksLike(latest);
            entry.Options = latest;
            if (!asksLike)
                entry.Cache.AskAgain(client.Time.GetTimestamp());
            return entry.Cache;
        }
    }

    private async Task<AccessTokenAnswer> RequestAsync(ClientCredentialsOptions asked)
    {
        var answer = await new AccessTokenRequest(asked, http, client.Time, client.NextDouble).SendAsync().ConfigureAwait(false);
        _telemetry.Refreshed(EndpointOf(asked), answer.Failure);
        return answer;
    }

    private sealed class Entry
    {
        private volatile ClientCredentialsOptions _options;

        public Entry(ClientCredentialsOptions options, Func<ClientCredentialsOptions, Task<AccessTokenAnswer>> request, TimeProvider time)
            => (_options, Cache) = (options, new(() => request(_options), time));

        /// <summary>How the token is asked for.</summary>
        public ClientCredentialsOptions Options
        {
            get => _options;
            set => _options = value;
        }

        public AccessTokenCache Cache { get; }
    }
}
