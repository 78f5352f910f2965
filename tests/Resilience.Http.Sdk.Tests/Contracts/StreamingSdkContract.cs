namespace Resilience.Http.Sdk.Tests;

/// <summary>What holds beyond that for an SDK that hands over messages while others are on their way.</summary>
public abstract class StreamingSdkContract : SdkContract
{
    /// <summary>As it is on the wire; its text is <c>Hello</c>.</summary>
    private protected abstract string FirstMessage { get; }

    private protected abstract string OtherMessages { get; }

    private Reply Stream => Reply.Ok(FirstMessage + OtherMessages).WithHeader("Content-Type", "text/event-stream").Chunked();

    [Fact]
    public async Task Hands_over_a_message_while_the_next_is_on_its_way()
    {
        await using var host = Host(script => script.Answer(429, retryAfter: 3).Then(Stream.StallAfter(FirstMessage.Length)));
        await using var messages = StreamAsync(host).GetAsyncEnumerator(host.Cancelled);

        (await messages.MoveNextAsync()).Should().BeTrue();

        messages.Current.Should().Be("Hello");
        host.Upstream.Attempts.Should().HaveCount(2);
        host.Upstream.Attempts[1].IsResponseDisposed.Should().BeFalse();
    }

    [Fact]
    public async Task Never_repeats_a_stream_that_has_begun()
    {
        await using var host = Host(script => script.Answer(Stream.ResetAfter(FirstMessage.Length)).Then(Stream), standard => standard.IdempotencyKey = new());
        List<string> messages = [];

        var failure = await FailureOfAsync(async () =>
        {
            await foreach (var message in StreamAsync(host))
                messages.Add(message);
        });

        failure.Should().NotBeNull();
        messages.Should().Equal("Hello");
        host.Upstream.Attempts.Should().ContainSingle();
    }

    private protected abstract IAsyncEnumerable<string> StreamAsync(SdkHost host);
}
