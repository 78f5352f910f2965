namespace Resilience.Http.Outbox.Tests;

/// <summary>A request without a content, which the transport would send once more by itself, and not say so.</summary>
public sealed class EmptyBodyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", OutboxMode.OnFailure, true)]
    [InlineData("POST", OutboxMode.WriteAhead, true)]
    [InlineData("DELETE", OutboxMode.WriteAhead, true)]
    [InlineData("GET", OutboxMode.WriteAhead, false)]
    public async Task Is_sent_with_an_empty_one_and_given_back_without(string method, OutboxMode mode, bool hasBody)
    {
        var bodies = new List<long?>();
        using var server = Noting(bodies);
        await using var host = new PayHost(server, outbox => outbox.Mode = mode, inner: _ => { });
        using var request = new HttpRequestMessage(new(method), "/capture");
        request.SetIdempotencyKey("capture-1");

        using var response = await host.Client.SendAsync(request, Cancelled);

        bodies.Should().Equal(hasBody ? 0 : null);
        request.Content.Should().BeNull();
    }

    [Fact]
    public async Task Is_made_later_with_an_empty_one_too()
    {
        var bodies = new List<long?>();
        using var server = Noting(bodies);
        await using var host = new PayHost(server, inner: _ => { });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/capture");
        request.SetIdempotencyKey("capture-1");
        await host.Outbox.EnqueueAsync("pay", request, cancellationToken: Cancelled);

        await host.DrainAsync();

        bodies.Should().Equal(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_what_its_caller_wrote_if_there_is_one(bool isKnown)
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server, outbox => outbox.Mode = OutboxMode.WriteAhead, inner: _ => { });
        using var request = PayHost.Charge();
        var content = request.Content = isKnown ? request.Content : System.Net.Http.Json.JsonContent.Create("amount=100");

        using var response = await host.Client.SendAsync(request, Cancelled);

        server.Requests.Should().ContainSingle().Which.Should().Match<PayRequest>(sent => sent.Body.Contains("amount=100") && sent.ContentType == content!.Headers.ContentType!.ToString());
        request.Content.Should().BeSameAs(content);
    }

    private static PayServer Noting(List<long?> bodies) => new((_, request, _) =>
    {
        bodies.Add(request.Content?.Headers.ContentLength);
        return Task.FromResult(new HttpResponseMessage());
    });
}
