using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A foreign handler between, which gives up a request that waits for a token: its wait is nobody else's.</summary>
public sealed class TokenWaitAbandonedTests
{
    private readonly TokenServers _tokens = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task One_that_goes_on_in_the_background_prolongs_no_later_attempt()
    {
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sends = 0;
        using var host = Host(async (send, request, cancelled) =>
        {
            if (++sends == 1)
            {
                _ = send(Clone(request), CancellationToken.None);
                return new(HttpStatusCode.ServiceUnavailable);
            }

            second.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(cancelled);
            return new();
        });

        var call = host.GetAsync();
        await second.Task;
        _clock.Advance(TimeSpan.FromSeconds(0.6));
        _gate.SetResult();
        await SpinAsync(() => _tokens.Resource.Attempts.Count == 1);
        _clock.Advance(TimeSpan.FromSeconds(0.6));

        await EndsInAttemptTimeoutAsync(call);
    }

    [Fact]
    public async Task One_that_is_sent_again_has_a_time_of_its_own()
    {
        var isTokenThere = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var host = Host(async (send, request, cancelled) =>
        {
            if (request.RequestUri!.AbsolutePath is "/fine")
                return await send(request, cancelled);

            using var impatience = new CancellationTokenSource();
            var sending = send(request, impatience.Token);
            await impatience.CancelAsync();
            await sending.ContinueWith(_ => { }, TaskScheduler.Default);
            await isTokenThere.Task;
            return await send(request, cancelled);
        });
        _tokens.Hold = request => request.RequestUri!.AbsolutePath is "/fine" ? Task.CompletedTask : new TaskCompletionSource().Task;

        var call = host.GetAsync("/slow", request => request.DisableRetries());
        _gate.SetResult();
        await host.GetAsync("/fine");
        isTokenThere.SetResult();
        await SpinAsync(() => _tokens.Resource.Attempts.Count == 2);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await EndsInAttemptTimeoutAsync(call);
    }

    private static async Task EndsInAttemptTimeoutAsync(Task<int> call)
        => await call.Awaiting(it => it.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).Should().ThrowAsync<AttemptTimeoutException>();

    private static async Task SpinAsync(Func<bool> isSo)
    {
        while (!isSo())
            await Task.Yield();
    }

    // As handlers do that send one request several times at once.
    private static HttpRequestMessage Clone(HttpRequestMessage request)
    {
        var clone = new HttpRequestMessage(request.Method, request.RequestUri);
        foreach (var (key, value) in request.Options)
            clone.Options.Set(new(key), value);
        return clone;
    }

    private TestHost Host(Func<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>, HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> between)
    {
        _tokens.Issuer.Gate = _gate.Task;
        return _tokens.Host(
            outside: client => client
                .AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (1, TimeSpan.Zero))
                .AddAttemptTimeout(TimeSpan.FromSeconds(1))
                .AddHttpMessageHandler(() => new Between(between)).AddResilience(),
            clock: _clock);
    }

    private sealed class Between(Func<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>, HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send)
        : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => send(base.SendAsync, request, cancellationToken);
    }
}
