using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Sdk.Tests;

/// <summary>Every call of gRPC is a POST, and a success has no known length.</summary>
public class GrpcTests : SdkBench
{
    // A byte that says that it is not compressed, four for the length, the message.
    private static readonly byte[] Message = [0, 0, 0, 0, 1, 42];

    private static Reply Echo => Messages(1);

    private static Reply EchoTwice => Messages(2);

    [Theory]
    [InlineData("Read", 2)]
    [InlineData("Write", 1)]
    public async Task Is_repeated_after_an_outage_if_its_method_is_repeatable(string method, int attempts)
    {
        await using var host = Host(script => script.Answer(503).Then(Echo));

        var failure = await FailureOfAsync(() => CallAsync(host, method));

        (failure is null).Should().Be(attempts == 2);
        host.Upstream.Attempts.Should().HaveCount(attempts);
    }

    [Fact]
    public async Task Waits_as_long_as_the_server_says_even_with_a_write()
    {
        await using var host = Host(script => script.Answer(429, retryAfter: 3).Then(Echo));

        var failure = await FailureOfAsync(() => CallAsync(host, "Write"));

        failure.Should().BeNull();
        host.Upstream.Waits.Should().ContainSingle().Which.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("Read", "8", "3000", 2)]
    [InlineData("Read", "14", "3000", 2)]
    [InlineData("Read", "14", "-1", 1)]
    [InlineData("Read", "5", "3000", 1)]
    [InlineData("Write", "14", "3000", 1)]
    public async Task Is_repeated_after_a_status_that_passes_as_the_server_says(string method, string status, string pushback, int attempts)
    {
        await using var host = Host(script => script.Answer(Failing(status, pushback)).Then(Echo));

        var failure = await FailureOfAsync(() => CallAsync(host, method));

        (failure is null).Should().Be(attempts == 2);
        host.Upstream.Attempts.Should().HaveCount(attempts);
        host.Upstream.Waits.Where(wait => wait < TimeSpan.FromSeconds(3)).Should().BeEmpty();
    }

    [Fact]
    public async Task Hands_over_a_message_while_the_next_is_on_its_way()
    {
        await using var host = Host(script => script.Answer(503).Then(EchoTwice.StallAfter(Message.Length)));
        await using var messages = Client(host).Stream("Read", host.Cancelled).GetAsyncEnumerator(host.Cancelled);

        (await messages.MoveNextAsync()).Should().BeTrue();

        messages.Current.Should().Equal(42);
        host.Upstream.Attempts.Should().HaveCount(2);
    }

    [Fact]
    public async Task Never_repeats_a_stream_that_has_begun()
    {
        await using var host = Host(script => script.Answer(EchoTwice.ResetAfter(Message.Length)).Then(Echo));
        await using var messages = Client(host).Stream("Read", host.Cancelled).GetAsyncEnumerator(host.Cancelled);

        (await messages.MoveNextAsync()).Should().BeTrue();
        var failure = await FailureOfAsync(() => messages.MoveNextAsync().AsTask());

        failure.Should().BeOfType<RpcException>().Which.StatusCode.Should().Be(StatusCode.Unavailable);
        host.Upstream.Attempts.Should().ContainSingle();
    }

    [Fact]
    public async Task Fails_as_the_table_says()
    {
        await using var outage = Host(script => script.Answer(503));
        await using var stall = Host(script => script.Answer(Stall));
        await using var rejection = Host(script => script.Answer(Echo));
        await CallAsync(rejection, "Read");
        rejection.Circuit.Isolate();

        Exception?[] failures =
        [
            await FailureOfAsync(() => CallAsync(outage, "Read")),
            await FailureOfAsync(() => CallAsync(stall, "Read")),
            await FailureOfAsync(() => CallAsync(rejection, "Read")),
        ];

        outage.Upstream.Attempts.Should().HaveCount(4);
        SdkTable.ShouldSay("Grpc.Net.Client", failures);
    }

    private SdkHost Host(Action<UpstreamScript> script)
        => Host(script, standard => standard.Retry.IsRepeatable = request => request.RequestUri!.AbsolutePath == "/test.Echo/Read", client => client.AddGrpcAdvice());

    private Task<byte[]> CallAsync(SdkHost host, string method) => Client(host).CallAsync(method, host.Cancelled);

    private protected virtual EchoClient Client(SdkHost host)
        => new(GrpcChannel.ForAddress("https://sdk.test", new() { HttpClient = host.Client }).CreateCallInvoker());

    // An answer without messages has its status in the headers.
    private static Reply Failing(string status, string pushback) => Reply.From(async (request, cancellationToken) =>
    {
        var response = await AnswerAsync(request, [], cancellationToken);
        response.Headers.Add("grpc-status", status);
        response.Headers.Add("grpc-retry-pushback-ms", pushback);
        return response;
    });

    private static Reply Messages(int count) => Reply.From(async (request, cancellationToken) =>
    {
        var response = await AnswerAsync(request, [.. Enumerable.Repeat(Message, count).SelectMany(message => message)], cancellationToken);
        response.TrailingHeaders.Add("grpc-status", "0");
        return response;
    }).Chunked();

    private static async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, byte[] body, CancellationToken cancellationToken)
    {
        await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
        var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } };
        return new(HttpStatusCode.OK) { RequestMessage = request, Version = HttpVersion.Version20, Content = content };
    }
}
