namespace Resilience.Http;

/// <summary>
/// The token of one client and scope. At most one request for another is under way at any time; it belongs to no caller, so that none can
/// break it. A failure is kept for a second, or as long as the server asks, but no longer than a minute. Safe for concurrent use.
/// </summary>
/// <param name="request">Asks for a token.</param>
/// <param name="time">The clock.</param>
internal sealed class AccessTokenCache(Func<Task<AccessTokenAnswer>> request, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private volatile AccessToken? _token;
    private Task<AccessTokenAnswer>? _renewal;
    private AccessTokenAnswer? _failed;
    private AccessToken? _useless;
    private long _resumeAt;
    private long _distrustedUntil;

    /// <summary>The token to send, without waiting; null if there is none. One that will expire soon is renewed meanwhile.</summary>
    public AccessToken? Find(long now)
    {
        if (_token is not { } token || now >= token.ExpiresAt)
            return null;

        if (now >= token.RenewAt)
        {
            lock (_lock)
                _ = Renew(now);
        }

        return token;
    }

    /// <summary>The token to send, or why there is none. The task is shared: wait for it with a token of one's own.</summary>
    public Task<AccessTokenAnswer> GetAsync(long now)
    {
        lock (_lock)
            return _token is { } token && now < token.ExpiresAt ? Task.FromResult(new AccessTokenAnswer { Token = token }) : Renew(now);
    }

    /// <summary>Another token than the one that was refused: the one that is there already, or a new one.</summary>
    public Task<AccessTokenAnswer> ReplaceAsync(AccessToken refused, long now)
    {
        lock (_lock)
        {
            if (!refused.Equals(_token))
                return GetAsync(now);
            if (refused.Equals(_useless) && now < _distrustedUntil)
                return Task.FromResult(AccessTokenAnswer.None);

            _token = null;
            return Renew(now);
        }
    }

    /// <summary>A token was refused as soon as it was made: for a moment, making others is no use either.</summary>
    public void Distrust(AccessToken token, long now)
    {
        lock (_lock)
        {
            if (token.Equals(_token))
                (_useless, _distrustedUntil) = (token, After(now, Pause));
        }
    }

    private Task<AccessTokenAnswer> Renew(long now)
        => _renewal is { } running ? running
        : _failed is { } failed && now < _resumeAt ? Task.FromResult(failed)
        : _renewal = Start();

    private Task<AccessTokenAnswer> Start()
    {
        // Off the caller's thread, which may be one that blocks until the answer is there, and without its context: others will wait too.
        using (ExecutionContext.SuppressFlow())
            return Task.Run(RenewAsync);
    }

    private async Task<AccessTokenAnswer> RenewAsync()
    {
        AccessTokenAnswer? answer = null;
        try
        {
            return answer = await request().ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
                Finish(answer);
        }
    }

    private void Finish(AccessTokenAnswer? answer)
    {
        (_renewal, _failed, _useless) = (null, null, null);
        if (answer?.Token is { } token)
            _token = token;
        if (answer?.Failure is { } failure)
            (_failed, _resumeAt) = (answer, After(time.GetTimestamp(), failure.RetryAfter > Pause ? failure.RetryAfter.Value : Pause));
    }

    private long After(long now, TimeSpan pause) => now + time.ToTimestampUnits(pause < LongestPause ? pause : LongestPause);
}
