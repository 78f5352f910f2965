using System.Net;

namespace Resilience.Http.Tests;

public sealed class ClientCredentialsTests : IDisposable
{
    private readonly TokenServers _tokens = new();
    private readonly TestHost _host;

    public ClientCredentialsTests() => _host = _tokens.Host();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Fifty_first_calls_at_once_share_one_token_request()
    {
        _tokens.Accept("token-1");

        var counted = await _tokens.CountAsync(async () => (await _host.GetAtOnceAsync(50)).Should().OnlyContain(status => status == 200));

        counted.Should().Be((1, 50));
    }

    [Fact]
    public async Task Fifty_calls_at_once_replace_a_revoked_token_once()
    {
        await _host.GetAsync();
        _tokens.Accept("token-2");
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = 0;
        _tokens.Hold = _ =>
        {
            if (Interlocked.Increment(ref arrived) == 50)
                all.SetResult();
            return all.Task;
        };

        var counted = await _tokens.CountAsync(async () => (await _host.GetAtOnceAsync(50)).Should().OnlyContain(status => status == 200));

        counted.Should().Be((1, 100));
    }

    [Fact]
    public async Task A_late_refusal_of_the_old_token_takes_the_new_one()
    {
        await _host.GetAsync();
        _tokens.Accept("token-2");
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _tokens.Hold = request => request is { RequestUri.AbsolutePath: "/late", Headers.Authorization.Parameter: "token-1" } ? late.Task : Task.CompletedTask;
        var lateCall = _host.GetAsync("/late");
        await _host.GetAsync("/renewing");

        var counted = await _tokens.CountAsync(async () =>
        {
            late.SetResult();
            (await lateCall).Should().Be(200);
        });

        // Its first request was counted before: with this one they are two.
        counted.Should().Be((0, 1));
        _tokens.Sent.Count(sent => sent == "Bearer token-2").Should().Be(2);
    }

    [Fact]
    public async Task A_caller_that_leaves_takes_nobody_along()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _tokens.Issuer.Gate = gate.Task;
        using var gone = new CancellationTokenSource();

        var leaving = _host.GetAsync(cancelled: gone.Token);
        var staying = _host.GetAtOnceAsync(5);
        await gone.CancelAsync();
        await leaving.Awaiting(call => call).Should().ThrowAsync<OperationCanceledException>();
        gate.SetResult();

        (await staying).Should().OnlyContain(status => status == 200);
        _tokens.Issuer.Requests.Should().Be(1);
        _tokens.Resource.Attempts.Count.Should().Be(5);
    }

    [Fact]
    public async Task Works_without_a_container()
    {
        var resource = new ScriptedUpstream((request, _) => request.Headers.Authorization!.Parameter == "token-2" ? new(HttpStatusCode.OK) : TokenServers.Unauthorized());
        var options = new ClientCredentialsOptions { TokenEndpoint = new("https://login.test/token"), ClientId = "id", ClientSecret = "hush", AllowedOrigins = { new("https://upstream.test") } };
        using var host = TestHost.Around(new ClientCredentialsHandler(options, TokenIssuer.Always()), resource);

        using var request = new HttpRequestMessage(HttpMethod.Get, "https://upstream.test/");
        using var response = await host.SendAsync(request, async: false);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        resource.Attempts.Count.Should().Be(2);
    }
}
