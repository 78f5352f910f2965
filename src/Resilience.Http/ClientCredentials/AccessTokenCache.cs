namespace Resilience.Http;

/// <summary>
/// The access token of one client and scope. At most one request for a new one runs at any time. It belongs to no caller, so no caller can
/// cancel it. A failure is kept for one second, or as long as the server asks, up to one minute. Safe for concurrent use.
/// </summary>
/// <param name="request">Requests an access token.</param>
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

    /// <summary>The token to send, without waiting; null if there is none. A token that expires soon is renewed in the background.</summary>
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

    /// <summary>The token to send, or why there is none. All callers share the task: wait for it with a cancellation token of your own.</summary>
    public Task<AccessTokenAnswer> GetAsync(long now)
    {
        lock (_lock)
            return _token is { } token && now < token.ExpiresAt ? Task.FromResult(new AccessTokenAnswer { Token = token }) : Renew(now);
    }

    /// <summary>A token other than the rejected one: the one that is there already, or a new one. One answer proves nothing: until the new one is there, and if it does not come, the old one serves.</summary>
    public Task<AccessTokenAnswer> ReplaceAsync(AccessToken rejected, long now)
    {
        lock (_lock)
        {
            if (!rejected.Equals(_token))
                return GetAsync(now);
            if (rejected.Equals(_useless) && now < _distrustedUntil)
                return Task.FromResult(AccessTokenAnswer.None);

            return Renew(now);
        }
    }

    /// <summary>Notes that a new token was rejected at once: for a moment, no other is requested.</summary>
    public void Distrust(AccessToken token, long now)
    {
        lock (_lock)
        {
            if (token.Equals(_token))
                (_useless, _distrustedUntil) = (token, After(now, Pause));
        }
    }

    /// <summary>Requests are others from now on: that the last one failed says nothing about them. One is made at once in the background; until it has brought a new token, the old one serves.</summary>
    public void AskAgain(long now)
    {
        lock (_lock)
        {
            (_failed, _useless) = (null, null);
            if (_token is not null)
                _ = Renew(now);
        }
    }

    private Task<AccessTokenAnswer> Renew(long now)
        => _renewal is { } running ? running
        : _failed is { } failed && now < _resumeAt ? Task.FromResult(failed)
        : _renewal = Start();

    private Task<AccessTokenAnswer> Start()
    {
        // Off the caller's thread, which may block until the answer is there, and without its context, because others wait too.
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
