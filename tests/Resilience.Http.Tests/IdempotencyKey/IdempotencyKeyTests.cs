using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class IdempotencyKeyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", true)]
    [InlineData("PATCH", true)]
    [InlineData("GET", false)]
    [InlineData("PUT", false)]
    [InlineData("DELETE", false)]
    public async Task Gives_a_key_to_methods_that_are_not_idempotent(string method, bool hasKey)
    {
        using var host = new TestHost(client => client.AddIdempotencyKey());
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        (SentKey(host) is not null).Should().Be(hasKey);
    }

    [Fact]
    public async Task Makes_a_random_uuid_of_version_4()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey());

        using var first = await host.Client.PostAsync("/", null, Cancelled);
        using var second = await host.Client.PostAsync("/", null, Cancelled);

        SentKey(host).Should().MatchRegex("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$");
        SentKey(host, 0).Should().NotBe(SentKey(host, 1));
    }

    [Fact]
    public async Task Writes_a_structured_string_where_the_server_wants_one()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey(key => (key.Format, key.CreateKey) = (IdempotencyKeyFormat.StructuredString, _ => "a\"b\\c d")));

        using var response = await host.Client.PostAsync("/", null, Cancelled);

        SentKey(host).Should().Be("\"a\\\"b\\\\c d\"");
    }

    [Fact]
    public async Task Keeps_the_key_that_the_caller_wrote()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Headers = { { "Idempotency-Key", "order-4711" } } };

        using var response = await host.Client.SendAsync(request, Cancelled);

        SentKey(host).Should().Be("order-4711");
    }

    [Fact]
    public async Task Sends_the_key_that_the_request_asks_for_whatever_its_method()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey(key => key.HeaderName = "PayPal-Request-Id"));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/");
        request.SetIdempotencyKey("order-4711");

        using var response = await host.Client.SendAsync(request, Cancelled);

        SentKey(host, header: "PayPal-Request-Id").Should().Be("order-4711");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b")]
    [InlineData("k1,k2")]
    [InlineData("a\"b")]
    [InlineData("a\\b")]
    [InlineData("é")]
    [InlineData("a\rb")]
    [InlineData("a\u007fb")]
    public async Task Refuses_a_bad_raw_key_before_anything_is_sent(string key)
    {
        using var host = new TestHost(client => client.AddIdempotencyKey());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.SetIdempotencyKey(key);

        var sending = () => host.Client.SendAsync(request, Cancelled);

        (await sending.Should().ThrowAsync<InvalidIdempotencyKeyException>()).WithMessage("Client 'test'*Idempotency-Key*").Which.Kind.Should().Be(OutcomeKind.InvalidRequest);
        host.Upstream.Requests.Should().Be(0);
    }

    [Theory]
    [InlineData(IdempotencyKeyFormat.Raw)]
    [InlineData(IdempotencyKeyFormat.StructuredString)]
    public async Task Refuses_to_send_no_key_when_none_was_created(IdempotencyKeyFormat format)
    {
        using var host = new TestHost(client => client.AddIdempotencyKey(keys => (keys.Format, keys.CreateKey) = (format, _ => null!)));

        var sending = () => host.Client.PostAsync("/", null, Cancelled);

        await sending.Should().ThrowAsync<InvalidIdempotencyKeyException>();
    }

    [Fact]
    public async Task Refuses_two_keys()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Headers = { { "Idempotency-Key", ["k1", "k2"] } } };

        var sending = () => host.Client.SendAsync(request, Cancelled);

        await sending.Should().ThrowAsync<InvalidIdempotencyKeyException>().WithMessage("*more than once*");
        host.Upstream.Requests.Should().Be(0);
    }

    [Fact]
    public async Task Refuses_a_key_that_nobody_would_send()
    {
        using var host = new TestHost(client => client.AddRetry());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.SetIdempotencyKey("order-4711");

        var sending = () => host.Client.SendAsync(request, Cancelled);

        await sending.Should().ThrowAsync<InvalidIdempotencyKeyException>().WithMessage("Client 'test'*AddIdempotencyKey*");
        host.Upstream.Requests.Should().Be(0);
    }

    [Fact]
    public async Task Refuses_a_key_that_contradicts_the_header()
    {
        using var host = new TestHost(client => client.AddIdempotencyKey());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Headers = { { "Idempotency-Key", "k1" } } };
        request.SetIdempotencyKey("k2");

        var sending = () => host.Client.SendAsync(request, Cancelled);

        await sending.Should().ThrowAsync<InvalidIdempotencyKeyException>().WithMessage("*differs*");
    }

    private static string? SentKey(TestHost host, int request = 0, string header = "Idempotency-Key")
        => host.Upstream.Server.LogEntries[request].RequestMessage!.Headers!.FirstOrDefault(sent => string.Equals(sent.Key, header, StringComparison.OrdinalIgnoreCase)).Value?.ToString();
}
