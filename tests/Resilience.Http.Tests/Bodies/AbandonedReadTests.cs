using System.Net;
using System.Runtime.CompilerServices;

namespace Resilience.Http.Tests;

/// <summary>The program is told of failures that nobody sees. What nobody waits for any more, because it took too long, is none of these.</summary>
public sealed class AbandonedReadTests : IDisposable
{
    private readonly IOException _failure = new("reset");
    private bool _isUnobserved;

    public AbandonedReadTests() => TaskScheduler.UnobservedTaskException += Note;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_read_that_fails_after_its_response_was_dropped_is_no_unobserved_failure(bool async)
    {
        await DropAsync(async);

        GC.Collect();
        GC.WaitForPendingFinalizers();

        _isUnobserved.Should().BeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_read_that_is_under_way_when_its_response_is_dropped_does_not_take_the_next_answer(bool buffers)
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("!").Dripping(TimeSpan.FromSeconds(0.5)), Reply.Ok("the next"));
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = upstream.Url };
        using (var response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled))
            await GiveUpAsync(response, buffers);

        var next = await client.GetStringAsync("/", Cancelled).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled);

        next.Should().Be("the next");
    }

    [Fact]
    public async Task A_read_that_is_under_way_ends_once_though_first_its_stream_and_then_its_response_is_disposed()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StreamContent(new BrokenStream()) };
        await BodyPeek.ReadAsync(response, new(100, TimeSpan.FromMilliseconds(1), TimeProvider.System), async: true, Cancelled);
        await using (await response.Content.ReadAsStreamAsync(Cancelled))
        {
        }

        var disposing = response.Dispose;

        disposing.Should().NotThrow();
    }

    private static async Task GiveUpAsync(HttpResponseMessage response, bool buffers)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        if (buffers)
            await Record.ExceptionAsync(() => BodyPeek.BufferAsync(response, new(100, Timeout.InfiniteTimeSpan, TimeProvider.System), async: true, patience.Token));
        else
            await BodyPeek.ReadAsync(response, new(100, TimeSpan.FromMilliseconds(50), TimeProvider.System), async: true, Cancelled);
    }

    // Apart, so that nothing of it is alive when the garbage is collected.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task DropAsync(bool async)
    {
        var body = new BrokenStream();
        using (var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StreamContent(body) })
            await BodyPeek.ReadAsync(response, new(100, TimeSpan.FromMilliseconds(1), TimeProvider.System), async, Cancelled);

        body.Break(_failure);
    }

    private void Note(object? sender, UnobservedTaskExceptionEventArgs e) => _isUnobserved |= e.Exception.InnerExceptions.Contains(_failure);

    private sealed class BrokenStream : ForwardOnlyStream
    {
        private readonly TaskCompletionSource<int> _read = new();

        public override bool CanRead => true;

        public void Break(Exception failure) => _read.SetException(failure);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_read.Task);
    }
}
