using System.Net;

namespace Resilience.Http.Tests;

public sealed class ClientCredentialsTests : IDisposable
{
    private readonly TokenBench _bench = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Fifty_first_calls_at_once_share_one_token_request()
    {
        _bench.Accept("token-1");

        var counted = await _bench.CountAsync(async () => (await _bench.GetAtOnceAsync(50)).Should().OnlyContain(status => status == 200));

        counted.Should().Be((1, 50));
    }

    [Fact]
    public async Task Fifty_calls_at_once_replace_a_revoked_token_once()
    {
        await _bench.GetAsync();
        _bench.Accept("token-2");
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = 0;
        _bench.Hold = _ =>
        {
            if (Interlocked.Increment(ref arrived) == 50)
                all.SetResult();
            return all.Task;
        };

        var counted = await _bench.CountAsync(async () => (await _bench.GetAtOnceAsync(50)).Should().OnlyContain(status => status == 200));

        counted.Should().Be((1, 100));
    }

    [Fact]
    public async Task A_late_refusal_of_the_old_token_takes_the_new_one()
    {
        await _bench.GetAsync();
        _bench.Accept("token-2");
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Hold = request => request is { RequestUri.AbsolutePath: "/late", Headers.Authorization.Parameter: "token-1" } ? late.Task : Task.CompletedTask;
        var lateCall = _bench.GetAsync("/late");
        await _bench.GetAsync("/renewing");

        var counted = await _bench.CountAsync(async () =>
        {
            late.SetResult();
            (await lateCall).Should().Be(200);
        });

        // Its first request was counted before: with this one they are two.
        counted.Should().Be((0, 1));
        _bench.Sent.Count(sent => sent == "Bearer token-2").Should().Be(2);
    }

    [Fact]
    public async Task What_is_always_refused_is_sent_twice_and_returned()
    {
        await _bench.GetAsync();
        _bench.Answer = _ => TokenBench.Unauthorized();

        var counted = await _bench.CountAsync(async () => (await _bench.GetAsync()).Should().Be(401));

        counted.Should().Be((1, 2));
        _bench.Resource.Disposed[1].Should().BeTrue();
    }

    [Theory]
    [InlineData("Bearer error=\"insufficient_scope\"")]
    [InlineData("Basic realm=\"staff\"")]
    [InlineData("DPoP error=\"use_dpop_nonce\"")]
    public async Task A_refusal_that_no_token_mends_is_returned(string challenge)
    {
        await _bench.GetAsync();
        _bench.Answer = _ => TokenBench.Unauthorized(challenge);

        var counted = await _bench.CountAsync(async () => (await _bench.GetAsync()).Should().Be(401));

        counted.Should().Be((0, 1));
    }

    [Fact]
    public async Task Forbidden_is_returned()
    {
        await _bench.GetAsync();
        _bench.Answer = _ => new(HttpStatusCode.Forbidden);

        var counted = await _bench.CountAsync(async () => (await _bench.GetAsync()).Should().Be(403));

        counted.Should().Be((0, 1));
    }

    [Fact]
    public async Task The_refusal_is_returned_if_there_is_no_other_token()
    {
        await _bench.GetAsync();
        _bench.Answer = _ => TokenBench.Unauthorized();
        _bench.Issuer.Answer = _ => TokenIssuer.Json(400, """{"error":"invalid_client"}""");

        var counted = await _bench.CountAsync(async () => (await _bench.GetAsync()).Should().Be(401));

        counted.Should().Be((1, 1));
        _bench.Resource.Disposed[1].Should().BeTrue("the client buffered it, and the caller disposed it");
    }

    [Fact]
    public async Task A_caller_that_leaves_takes_nobody_along()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Issuer.Gate = gate.Task;
        using var gone = new CancellationTokenSource();

        var leaving = _bench.GetAsync("/", gone.Token);
        var staying = _bench.GetAtOnceAsync(5);
        await gone.CancelAsync();
        await leaving.Awaiting(call => call).Should().ThrowAsync<OperationCanceledException>();
        gate.SetResult();

        (await staying).Should().OnlyContain(status => status == 200);
        _bench.Issuer.Requests.Should().Be(1);
        _bench.Resource.Requests.Should().Be(5);
    }

    [Fact]
    public async Task A_body_that_cannot_be_sent_again_is_not_but_the_token_is_replaced()
    {
        await _bench.GetAsync();
        _bench.Accept("token-2");
        using var content = new StreamContent(new OneShot("body"u8.ToArray()));

        var counted = await _bench.CountAsync(async () =>
        {
            using var response = await _bench.Http.PostAsync("/", content, Cancelled);
            response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        });
        (await _bench.GetAsync()).Should().Be(200);

        counted.ResourceRequests.Should().Be(1);
        _bench.Issuer.Requests.Should().Be(2);
    }

    [Fact]
    public async Task A_body_made_by_a_factory_is_made_again()
    {
        await _bench.GetAsync();
        _bench.Accept("token-2");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StreamContent(new OneShot("body"u8.ToArray())) };
        request.SetContentFactory(() => new StreamContent(new OneShot("body"u8.ToArray())));

        using var response = await _bench.Http.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private sealed class OneShot(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
