namespace Resilience.Http.Outbox.Tests;

/// <summary>Which requests under one key are the same call. One that is taken for another would never be made.</summary>
public sealed class SameKeyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, Action<HttpRequestMessage, string>> Accounts => new()
    {
        { "header", (request, account) => request.Headers.Add("Stripe-Account", account) },
        { "context", (request, account) => request.Headers.Add("Stripe-Context", account) },
        { "assertion", (request, account) => request.Headers.Add("PayPal-Auth-Assertion", account) },
        { "header of its own", (request, account) => request.Headers.Add("X-Merchant", account) },
        { "partition", (request, account) => request.SetPartition(account) },
        { "tag", (request, account) => request.SetOutboxTag("tenant", account) },
    };

    [Theory]
    [MemberData(nameof(Accounts))]
    public async Task Tells_the_calls_of_two_accounts_apart(string kind, Action<HttpRequestMessage, string> choose)
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server, WriteAhead);
        var first = await host.KeepAsync(For("one", choose));

        var again = await host.KeepAsync(For("one", choose));
        var other = await Record.ExceptionAsync(() => host.Client.SendAsync(For("two", choose), Cancelled));

        again.Should().Be(first);
        other.Should().BeOfType<OutboxKeyReusedException>($"the {kind} is another");
    }

    [Theory]
    [InlineData("Accept")]
    [InlineData("Accept-Language")]
    [InlineData("Prefer")]
    [InlineData("Stripe-Version")]
    [InlineData("X-Not-Stored")]
    public async Task Is_the_same_call_with_another_form_of_answer(string header)
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server, WriteAhead);

        var first = await host.KeepAsync(For("one", (request, value) => request.Headers.TryAddWithoutValidation(header, value)));
        var second = await host.KeepAsync(For("two", (request, value) => request.Headers.TryAddWithoutValidation(header, value)));

        second.Should().Be(first);
    }

    [Fact]
    public async Task Is_that_of_the_message_where_nobody_has_named_one()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/charges") { Content = new StringContent("amount=100") };

        var first = await host.Outbox.EnqueueAsync("pay", request, cancellationToken: TestContext.Current.CancellationToken);
        var again = await host.Outbox.EnqueueAsync("pay", request, cancellationToken: TestContext.Current.CancellationToken);

        again.Should().Be(first);
    }

    [Fact]
    public void Does_not_depend_on_the_order_of_what_was_set()
    {
        EntryContent With(params string[] names) => new(
            new() { Method = "POST", Address = "https://pay.test/", Headers = names.ToDictionary(name => name, name => new[] { name }), Tags = names.ToDictionary(name => name, name => name) }, default);

        With("a", "b").Fingerprint().Should().Equal(With("b", "a").Fingerprint()).And.NotEqual(With("a").Fingerprint());
    }

    private static void WriteAhead(OutboxOptions options)
    {
        options.Mode = OutboxMode.WriteAhead;
        options.StoredHeaders.Add("X-Merchant");
    }

    private static HttpRequestMessage For(string account, Action<HttpRequestMessage, string> choose)
    {
        var request = PayHost.Charge();
        choose(request, account);
        return request;
    }
}
