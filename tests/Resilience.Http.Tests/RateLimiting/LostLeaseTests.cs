using System.Net;
using System.Net.Http.Json;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A lease is given back whatever becomes of its attempt: one that is lost is lost for good, and with the last of them the client.</summary>
public sealed class LostLeaseTests : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new() { PermitLimit = 1, QueueLimit = 0 });

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private bool IsHeld => _limiter.GetStatistics()!.CurrentAvailablePermits == 0;

    public void Dispose() => _limiter.Dispose();

    [Fact]
    public async Task A_redirect_to_a_name_that_the_DNS_cannot_spell()
    {
        using var host = Host(new(HttpResponseMessage (request, _) =>
        {
            request.RequestUri = new("http://\u00AD/");
            throw new UriFormatException(request.RequestUri.IdnHost);
        }));

        await FluentActions.Awaiting(() => host.GetAsync()).Should().ThrowAsync<UriFormatException>();

        IsHeld.Should().BeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_is_disposed_under_way(bool fails)
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var host = Host(new((_, _) => answer.Task));
        Task<HttpResponseMessage> sending;
        using (var request = new HttpRequestMessage(HttpMethod.Put, "/") { Content = JsonContent.Create("order") })
            sending = host.Client.SendAsync(request, Cancelled);

        if (fails)
            answer.SetException(new HttpRequestException(HttpRequestError.InvalidResponse));
        else
            answer.SetResult(new());
        await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        IsHeld.Should().BeFalse();
    }

    [Fact]
    public async Task A_rule_further_in_that_fails_before_the_body_is_read()
    {
        var failure = new NotSupportedException();
        using var host = new TestHost(client => client.AddRateLimiter(_limiter).AddCircuitBreaker(breaker => breaker.IsFailure = _ => throw failure), primary: new ScriptedUpstream((_, _) => new(HttpStatusCode.ServiceUnavailable)
        {
            Content = new StringContent("later"),
        }));

        (await FluentActions.Awaiting(() => host.GetAsync()).Should().ThrowAsync<NotSupportedException>()).Which.Should().BeSameAs(failure);

        IsHeld.Should().BeFalse();
    }

    [Fact]
    public async Task A_policy_further_out_that_answers_while_the_lease_is_waited_for()
    {
        using var limiter = new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = 1 });
        Task? late = null;
        var hasty = new TestPolicy("Hasty")
        {
            Send = (handler, call) =>
            {
                late = handler.SendOnAsync(call);
                return Task.FromResult(new HttpResponseMessage());
            },
        };
        using var host = new TestHost(client => client.AddRetry().AddPolicy(hasty).AddRateLimiter(limiter), primary: new ScriptedUpstream(200));
        using var lease = limiter.AttemptAcquire();
        await host.GetAsync();

        lease.Dispose();
        await FluentActions.Awaiting(() => late!).Should().ThrowAsync<InvalidOperationException>();

        limiter.GetStatistics()!.CurrentAvailablePermits.Should().Be(1);
    }

    private TestHost Host(ScriptedUpstream upstream) => new(client => client.AddRetry(retry => retry.MaxRetries = 1).AddRateLimiter(_limiter).AddAttemptTimeout(), primary: upstream);
}
