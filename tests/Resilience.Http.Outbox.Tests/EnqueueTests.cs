using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>Calls that are handed in without being made first.</summary>
public sealed class EnqueueTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gives_the_same_receipt_for_the_same_key_even_if_the_call_has_ended()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server);
        var first = await EnqueueAsync(host, "amount=100");
        var second = await EnqueueAsync(host, "amount=100");
        await host.DrainAsync();

        var third = await EnqueueAsync(host, "amount=100");
        await host.DrainAsync();

        new[] { second, third }.Should().AllBeEquivalentTo(first);
        server.Requests.Should().ContainSingle();
    }

    [Theory]
    [InlineData("POST", "/charges", "amount=999")]
    [InlineData("POST", "/refunds", "amount=100")]
    [InlineData("PATCH", "/charges", "amount=100")]
    public async Task Rejects_a_key_that_was_handed_in_with_another_request(string method, string path, string body)
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server);
        await EnqueueAsync(host, "amount=100");
        using var other = PayHost.Charge(body: body, path: path);
        other.Method = new(method);

        await FluentActions.Awaiting(() => host.Outbox.EnqueueAsync("pay", other, cancellationToken: Cancelled)).Should().ThrowAsync<OutboxKeyReusedException>();
    }

    [Fact]
    public async Task Is_a_new_call_once_its_end_is_forgotten()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server, outbox => outbox.EndedLifetime = TimeSpan.FromHours(1));
        var first = await EnqueueAsync(host, "amount=100");
        await host.DrainAsync();

        await host.DrainAfterAsync(TimeSpan.FromHours(2));

        (await EnqueueAsync(host, "amount=100")).Should().NotBe(first);
    }

    [Fact]
    public async Task Is_made_after_the_commit_though_nobody_says_so()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server);
        await host.Store.OpenAsync(Cancelled);
        var drain = host.Services.GetRequiredService<OutboxDrain>();
        await drain.StartAsync(Cancelled);
        await using var connection = new SqliteConnection($"Data Source={host.File};Pooling=False");
        await connection.OpenAsync(Cancelled);
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), transaction, Cancelled);

        await transaction.CommitAsync(Cancelled);

        (await host.Outbox.WaitAsync(receipt, Cancelled)).State.Should().Be(OutboxState.Done);
        await drain.StopAsync(Cancelled);
    }

    [Fact]
    public async Task Is_made_later_as_it_was_written()
    {
        HttpRequestMessage? sent = null;
        using var server = new PayServer((_, request, _) =>
        {
            sent = request;
            return Task.FromResult(new HttpResponseMessage());
        });
        await using var host = new PayHost(server);
        using var request = PayHost.Charge();
        (request.Version, request.VersionPolicy) = (new(2, 0), HttpVersionPolicy.RequestVersionExact);
        request.SetPartition("account-7");
        var receipt = await host.Outbox.EnqueueAsync("pay", request, cancellationToken: Cancelled);

        await host.DrainAsync();

        (sent!.Version, sent.VersionPolicy, sent.GetPartition()).Should().Be((new Version(2, 0), HttpVersionPolicy.RequestVersionExact, "account-7"));
        (await host.FindAsync(receipt)).Destination.Should().Be("account-7");
    }

    [Fact]
    public async Task Has_no_more_time_than_its_key_can_be_trusted()
    {
        var timeouts = new List<TimeSpan?>();
        using var server = new PayServer((_, request, _) =>
        {
            timeouts.Add(request.GetTimeout());
            return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable));
        });
        await using var host = new PayHost(server, outbox => outbox.MaxDelay = outbox.BaseDelay = TimeSpan.FromMinutes(1));
        await EnqueueAsync(host, "amount=100");
        await host.DrainOnceAsync();

        host.Clock.Advance(TimeSpan.FromHours(23) - TimeSpan.FromSeconds(10));
        await host.DrainOnceAsync();

        timeouts.Should().HaveCount(2);
        timeouts[0].Should().Be(TimeSpan.FromSeconds(30));
        timeouts[1].Should().BeLessThanOrEqualTo(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(300)]
    public async Task Has_its_own_time_however_long_its_caller_would_have_waited(double seconds)
    {
        TimeSpan? timeout = null;
        using var server = new PayServer((_, request, _) =>
        {
            timeout = request.GetTimeout();
            return Task.FromResult(new HttpResponseMessage());
        });
        await using var host = new PayHost(server, outbox => outbox.CallTimeout = TimeSpan.FromSeconds(20));
        using var request = PayHost.Charge();
        request.SetTimeout(TimeSpan.FromSeconds(seconds));
        await host.Outbox.EnqueueAsync("pay", request, cancellationToken: Cancelled);

        await host.DrainAsync();

        timeout.Should().Be(TimeSpan.FromSeconds(20));
    }

    private static async Task<OutboxReceipt> EnqueueAsync(PayHost host, string body)
    {
        using var request = PayHost.Charge(body: body);
        return await host.Outbox.EnqueueAsync("pay", request, cancellationToken: Cancelled);
    }
}
