using System.Net;

namespace Resilience.Http.Tests;

/// <summary><see cref="HttpClient.Send(HttpRequestMessage, CancellationToken)"/> with tokens.</summary>
public sealed class SynchronousTokenTests : IDisposable
{
    private readonly TokenIssuer _issuer = new();
    private readonly ScriptedUpstream _resource;
    private readonly HttpClient _http;
    private string _accepted = "token-1";

    public SynchronousTokenTests()
    {
        _resource = new((request, _) => request.Headers.Authorization!.Parameter == _accepted ? new(HttpStatusCode.OK) : TokenServers.Unauthorized());
        var options = new ClientCredentialsOptions { TokenEndpoint = new("https://login.test/token"), ClientId = "id", ClientSecret = "hush", AllowedOrigins = { new("https://upstream.test") } };
        _http = new(new ClientCredentialsHandler(options, _issuer.Handler) { InnerHandler = new SynchronousOnly(_resource) });
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _resource.Dispose();
    }

    [Fact]
    public async Task A_call_blocks_until_there_is_a_token()
    {
        var gate = new TaskCompletionSource();
        _issuer.Gate = gate.Task;

        var call = SendAsync(Cancelled);
        while (_issuer.Requests == 0)
            await Task.Yield();
        _resource.Attempts.Count.Should().Be(0);
        gate.SetResult();

        (await call).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_call_replaces_a_revoked_token_and_is_sent_once_more()
    {
        await SendAsync(Cancelled);
        _accepted = "token-2";

        (await SendAsync(Cancelled)).Should().Be(HttpStatusCode.OK);

        _resource.Attempts.Count.Should().Be(3);
        _resource.Attempts[1].IsResponseDisposed.Should().BeTrue();
    }

    [Fact]
    public async Task A_call_that_is_cancelled_stops_blocking()
    {
        await SendAsync(Cancelled);
        (_accepted, _issuer.Gate) = ("token-2", new TaskCompletionSource().Task);
        using var gone = new CancellationTokenSource();

        var call = SendAsync(gone.Token);
        while (_issuer.Requests < 2)
            await Task.Yield();
        await gone.CancelAsync();

        await call.Awaiting(leaving => leaving).Should().ThrowAsync<OperationCanceledException>();
        _resource.Attempts.Select(attempt => attempt.IsResponseDisposed).Should().Equal(true, true);
    }

    // On a thread of its own, which it blocks.
    private Task<HttpStatusCode> SendAsync(CancellationToken cancellationToken)
        => Task.Factory.StartNew(
            () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "https://upstream.test/");
                using var response = _http.Send(request, cancellationToken);
                return response.StatusCode;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
}
