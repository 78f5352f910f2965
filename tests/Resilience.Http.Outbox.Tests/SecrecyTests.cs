using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Outbox.Tests;

public sealed class SecrecyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stores_no_credentials_and_nothing_that_is_not_named()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(503, 200);
        await using (var host = new PayHost(server, outbox => outbox.UnstoredQueryParameters.Add("token"), file: folder.File))
        {
            var request = PayHost.Charge(path: "https://user:pass@pay.test/charges?token=tok_1&page=2");
            request.Headers.Add("Authorization", "Bearer sk_live");
            request.Headers.Add("X-Api-Key", "api_1");
            request.Headers.Add("Stripe-Version", "2026-09-30");
            await host.KeepAsync(request);
            await host.DrainAfterAsync(TimeSpan.FromSeconds(1));
        }

        var bytes = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(folder.File, Cancelled));
        bytes.Should().NotContainAny("sk_live", "api_1", "tok_1", "user:pass");
        server.Requests.Last().Address.PathAndQuery.Should().Be("/charges?page=2");
    }

    [Fact]
    public async Task Names_once_what_is_not_stored_and_nobody_may_set_again()
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server, services: services => services.AddHttpClient("pay").ConfigureHttpClient(http => http.DefaultRequestHeaders.Add("X-Api-Key", "api_1")));
        for (var i = 0; i < 2; i++)
        {
            var request = PayHost.Charge($"charge-{i}");
            request.Headers.Add("X-Merchant", "acct_secret");
            request.Headers.Add("Authorization", "Bearer sk_live");
            request.Headers.Add("Stripe-Context", "acct_1");
            request.Content!.Headers.Add("X-Digest", "sha_secret");
            await host.KeepAsync(request);
        }

        var said = host.Log.Lines.Where(line => line.Id == 1013).Select(line => line.Text);
        said.Should().HaveCount(2).And.ContainMatch("*X-Merchant*").And.ContainMatch("*X-Digest*").And.NotContainMatch("*secret*");
    }

    [Fact]
    public async Task Encrypts_what_is_stored()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(503, 200);
        await using var host = new PayHost(server, Encrypted, file: folder.File);
        await host.KeepAsync(PayHost.Charge(body: "card=4242424242424242"));

        var stored = Encoding.Latin1.GetString((await host.Store.ListAsync(new(), Cancelled)).Single().Payload.Span);
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        stored.Should().NotContain("4242");
        server.Requests.Last().Body.Should().Be("card=4242424242424242");
    }

    [Theory]
    [InlineData("moved", "a", "https://pay.test:443")]
    [InlineData("moved", "b", "https://pay.test:443")]
    [InlineData("", "b", "https://pay.test:443")]
    [InlineData("", "a", "elsewhere")]
    public async Task Finds_what_was_moved_to_another_entry(string id, string key, string destination)
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server, Encrypted);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge("a"), cancellationToken: Cancelled);
        var row = (await host.Store.FindAsync(receipt.Id, Cancelled))!;
        await host.Store.TryDeleteAsync(row.Id, row.Fence, Cancelled);
        var moved = row with { Id = id.Length > 0 ? id : row.Id, Key = key, Destination = destination };
        await host.Store.AddAsync(moved, null, Cancelled);

        await host.DrainAsync();

        server.Requests.Should().BeEmpty();
        (await host.FindAsync(new(moved.Id))).State.Should().Be(OutboxState.Dead);
    }

    [Fact]
    public async Task Overwrites_what_is_no_longer_needed()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(503, 200);
        await using (var host = new PayHost(server, file: folder.File))
        {
            await host.KeepAsync(PayHost.Charge(body: "card=4242424242424242"));
            await host.DrainAfterAsync(TimeSpan.FromSeconds(1));
        }

        await using (var connection = new SqliteConnection($"Data Source={folder.File};Pooling=False"))
        {
            await connection.OpenAsync(Cancelled);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await command.ExecuteNonQueryAsync(Cancelled);
        }

        Encoding.Latin1.GetString(await File.ReadAllBytesAsync(folder.File, Cancelled)).Should().NotContain("4242424242424242");
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Has_to_be_chosen(bool plaintext, bool encrypted)
    {
        using var services = new ServiceCollection().AddResilientHttpClient("pay").AddIdempotencyKey().AddOutbox(outbox =>
        {
            outbox.StorePlaintext = plaintext;
            if (encrypted)
                outbox.ProtectWithAes(new byte[32]);
        }).Services.BuildServiceProvider();

        var act = () => services.GetRequiredService<IHttpClientFactory>().CreateClient("pay");

        act.Should().Throw<OptionsValidationException>().WithMessage("*Outbox.StorePlaintext must be chosen*");
    }

    [Theory]
    [InlineData("Authorization")]
    [InlineData("cookie")]
    public void Cannot_be_given_up_by_storing_credentials(string header)
    {
        using var services = new ServiceCollection().AddResilientHttpClient("pay").AddIdempotencyKey().AddOutbox(outbox =>
        {
            outbox.StorePlaintext = true;
            outbox.StoredHeaders.Add(header);
        }).Services.BuildServiceProvider();

        var act = () => services.GetRequiredService<IHttpClientFactory>().CreateClient("pay");

        act.Should().Throw<OptionsValidationException>().WithMessage("*Outbox.StoredHeaders has*must not lie on disk*");
    }

    private static void Encrypted(OutboxOptions options)
    {
        options.StorePlaintext = false;
        options.ProtectWithAes([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
    }
}
