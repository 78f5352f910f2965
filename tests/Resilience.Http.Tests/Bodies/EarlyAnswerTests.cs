using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A server that answers before it has all of the body, as over HTTP/2 it may: what is being copied then is waited for, whether or not the server still takes it.</summary>
public sealed class EarlyAnswerTests : IDisposable
{
    private readonly VirtualClock _clock = new();
    private readonly SlowContent _content = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _content.Dispose();

    [Theory]
    [InlineData(429, true)]
    [InlineData(429, false)]
    [InlineData(421, true)]
    public async Task The_body_goes_again_when_it_has_written_itself_to_its_end(int status, bool resets)
    {
        using var host = new TestHost(client => client.AddRetry(WithoutDelay), new("https://upstream.test/"), primary: new EarlyUpstream(status, resets), clock: _clock);

        using var response = await host.Client.PostAsync("/", _content, Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("order");
    }

    [Fact]
    public async Task It_does_so_after_a_401_too()
    {
        var tokens = new TokenServers();
        tokens.Accept("token-2");
        tokens.Hold = async request =>
        {
            if (tokens.Sent.Count > 1)
                return;

            await BreakOffAsync(request.Content!);
            _content.GoOn();
        };
        using var host = tokens.Host(outside: client => client.AddTotalTimeout(), clock: _clock);

        using var response = await host.Client.PostAsync("/", _content, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_redirect_has_it_written_again_when_it_has_come_to_its_end()
    {
        var wire = new MemoryStream();
        using var host = new TestHost(client => client.AddRetry(), primary: new ScriptedUpstream(async (request, cancelled) =>
        {
            await BreakOffAsync(request.Content!);
            var again = request.Content!.CopyToAsync(wire, cancelled);
            _content.GoOn();
            await again;
            return new();
        }), clock: _clock);

        using var response = await host.Client.PostAsync("/", _content, Cancelled);

        wire.ToArray().Should().Equal("order"u8.ToArray());
    }

    [Fact]
    public async Task A_source_that_stalls_is_not_waited_for_longer_than_a_second_and_then_let_go()
    {
        var begun = _clock.GetUtcNow();
        using var host = new TestHost(client => client.AddRetry(), primary: new EarlyUpstream(429, resets: true), clock: _clock);

        using var response = await _clock.AdvanceUntilAsync(host.Client.PostAsync("/", _content, Cancelled));

        response.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        (_clock.GetUtcNow() - begun).Should().Be(TimeSpan.FromSeconds(1));
        (await Record.ExceptionAsync(() => _content.Ended.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled))).Should().BeAssignableTo<OperationCanceledException>();
    }

    // The rule is asked when the attempt has ended.
    private void WithoutDelay(RetryOptions retry)
    {
        retry.BaseDelay = TimeSpan.Zero;
        retry.ShouldRetry = _ =>
        {
            _content.GoOn();
            return null;
        };
    }

    private static async Task BreakOffAsync(HttpContent content)
    {
        using var stream = new CancellationTokenSource();
        var sending = content.CopyToAsync(Stream.Null, stream.Token);
        await stream.CancelAsync();
        await sending.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    /// <summary>Answers the first request when its body has begun, and then wants no more of it, or does.</summary>
    private sealed class EarlyUpstream(int status, bool resets) : HttpMessageHandler, IKnownHandler
    {
        private Task? _first;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_first is not null)
                return new() { Content = new StringContent(await request.Content!.ReadAsStringAsync(cancellationToken)) };

            _first = resets ? BreakOffAsync(request.Content!) : request.Content!.CopyToAsync(Stream.Null, CancellationToken.None);
            if (resets)
                await _first;
            return new((HttpStatusCode)status) { Version = HttpVersion.Version20 };
        }
    }

    /// <summary>Can be read once, and waits in the middle.</summary>
    private sealed class SlowContent : HttpContent
    {
        private readonly TaskCompletionSource _rest = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task? _writing;

        public Task Ended => _writing!;

        public void GoOn() => _rest.TrySetResult();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
            => _writing = _writing is null ? WriteAsync(stream, cancellationToken) : throw new InvalidOperationException("read already");

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
        {
            await stream.WriteAsync("or"u8.ToArray(), cancellationToken);
            await _rest.Task.WaitAsync(cancellationToken);
            await stream.WriteAsync("der"u8.ToArray(), cancellationToken);
        }
    }
}
