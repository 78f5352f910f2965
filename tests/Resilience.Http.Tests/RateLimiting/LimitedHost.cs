using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A client whose token bucket rejects what it cannot send at once, over an upstream in memory, on a clock under control.</summary>
internal sealed class LimitedHost(Action<TokenBucketOptions> configure, IQuotaProvider? provider = null, HttpMessageHandler? upstream = null) : IDisposable
{
    private readonly TestHost _host = new(
        client =>
        {
            if (provider is not null)
                client.Services.AddSingleton(provider);
            client.AddTokenBucket(bucket =>
            {
                (bucket.PermitsPerSecond, bucket.Burst, bucket.QueueLimit) = (0.001, 100, 0);
                configure(bucket);
            });
        },
        primary: upstream ?? new ScriptedUpstream(200),
        clock: new());

    public TestHost Host => _host;

    public TokenBucketStatus Bucket => _host.Inside.TokenBuckets.Single();

    public void Advance(TimeSpan time) => _host.Clock.Advance(time);

    /// <summary>How many of the requests are sent.</summary>
    public async Task<int> CountAsync(int requests, string? partition = null, string path = "/")
    {
        var sent = 0;
        for (var i = 0; i < requests; i++)
            sent += await IsSentAsync(partition, path) ? 1 : 0;
        return sent;
    }

    public void Dispose() => _host.Dispose();

    private async Task<bool> IsSentAsync(string? partition, string path)
    {
        try
        {
            await _host.GetAsync(path, request =>
            {
                if (partition is not null)
                    request.SetPartition(partition);
            });
            return true;
        }
        catch (RateLimitedException)
        {
            return false;
        }
    }
}
