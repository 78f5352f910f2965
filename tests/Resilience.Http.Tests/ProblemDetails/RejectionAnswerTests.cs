namespace Resilience.Http.Tests;

/// <summary>What those get whose requests were not sent, of whom there are many when a server is down.</summary>
public sealed class RejectionAnswerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("circuit", """{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"Client \u0027test\u0027: the request was not sent, because the circuit for https://upstream.test:443 is open after too many failures."}""")]
    [InlineData("bucket", """{"type":"about:blank","title":"Too Many Requests","status":429,"detail":"Client \u0027test\u0027: the request was not sent, because the queue for the client\u0027s bucket is full."}""")]
    [InlineData("limiter", """{"type":"about:blank","title":"Too Many Requests","status":429,"detail":"Client \u0027test\u0027: the request was not sent, because the rate limiter rejected it."}""")]
    public async Task Say_what_rejected_them_and_nothing_of_the_one_call(string policy, string json)
    {
        using var client = new RejectingClient(policy);

        using var response = await client.SendAsync();

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be(json);
    }

    [Theory]
    [InlineData("circuit", true)]
    [InlineData("circuit", false)]
    [InlineData("bucket", true)]
    [InlineData("bucket", false)]
    [InlineData("limiter", true)]
    [InlineData("limiter", false)]
    public async Task Share_a_body_and_differ_in_the_wait(string policy, bool async)
    {
        using var client = new RejectingClient(policy);

        using var early = await client.SendAsync(async);
        client.Clock.Advance(TimeSpan.FromSeconds(2));
        using var late = await client.SendAsync(async);

        BodyOf(late).Should().BeSameAs(BodyOf(early));
        (early.Headers.RetryAfter!.Delta - late.Headers.RetryAfter!.Delta).Should().Be(TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("circuit", OutcomeKind.CircuitOpen)]
    [InlineData("bucket", OutcomeKind.RejectedByLimiter)]
    [InlineData("limiter", OutcomeKind.RejectedByLimiter)]
    public async Task Are_read_as_problems_with_the_wait_of_each(string policy, OutcomeKind kind)
    {
        using var client = new RejectingClient(policy);

        using var early = await client.SendAsync();
        client.Clock.Advance(TimeSpan.FromSeconds(2));
        using var late = await client.SendAsync();

        var (first, second) = (await early.ReadProblemDetailsAsync(Cancelled), await late.ReadProblemDetailsAsync(Cancelled));
        (first!.RetryAfter - second!.RetryAfter).Should().Be(TimeSpan.FromSeconds(2));
        second.Should().BeEquivalentTo(new { Kind = kind, Status = late.StatusCode, first.Detail, first.Title, Instance = (string?)null });
    }

    [Fact]
    public async Task Belong_each_to_its_caller()
    {
        using var client = new RejectingClient("circuit");
        using var first = await client.SendAsync();
        using var second = await client.SendAsync();

        var bytes = await first.Content.ReadAsByteArrayAsync(Cancelled);
        Array.Clear(bytes);
        first.Content.Headers.ContentLanguage.Add("en");
        first.Headers.Clear();
        first.Dispose();

        (await second.Content.ReadAsStringAsync(Cancelled)).Should().StartWith("{\"type\"");
        second.Content.Headers.ContentLanguage.Should().BeEmpty();
        second.Headers.RetryAfter.Should().NotBeNull();
        second.RequestMessage.Should().NotBeSameAs(first.RequestMessage);
    }

    [Fact]
    public async Task Have_a_body_for_each_partition_and_reason()
    {
        using var client = new RejectingClient("circuit");
        using var open = await client.SendAsync();
        client.Circuit.Isolate();
        using var isolated = await client.SendAsync();
        (await client.SendAsync(configure: request => request.SetPartition("other"))).Dispose();
        using var other = await client.SendAsync(configure: request => request.SetPartition("other"));

        string[] bodies = [await open.Content.ReadAsStringAsync(Cancelled), await isolated.Content.ReadAsStringAsync(Cancelled), await other.Content.ReadAsStringAsync(Cancelled)];

        bodies[0].Should().Contain("https://upstream.test:443 is open");
        bodies[1].Should().Contain("https://upstream.test:443 is isolated");
        bodies[2].Should().Contain("other is open");
    }

    [Fact]
    public async Task Are_given_whatever_the_request_says()
    {
        using var client = new RejectingClient("circuit");

        using var response = await client.SendAsync(configure: request => request.Headers.TryAddWithoutValidation("X-Name", "Jörg"));

        (await response.ReadProblemDetailsAsync(Cancelled))!.Kind.Should().Be(OutcomeKind.CircuitOpen);
    }

    private static ProblemBody BodyOf(HttpResponseMessage response) => response.Content.Should().BeOfType<ProblemContent>().Subject.Body;
}
