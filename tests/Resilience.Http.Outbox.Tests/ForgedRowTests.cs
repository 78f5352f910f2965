using System.Buffers.Binary;
using System.Net;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Resilience.Http.Outbox.Tests;

/// <summary>Whoever can write the file can write anything into it. Nothing of that is sent elsewhere, and it stops nobody.</summary>
public sealed class ForgedRowTests
{
    private const string Head = """
        {"Method":"POST","Address":"https://pay.test/charges","Version":"1.1","VersionPolicy":0,"Partition":null,"TimeoutMilliseconds":null,"HasContent":false,"Headers":{},"ContentHeaders":{},"Tags":{}}
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{", "null{")]
    [InlineData("https://pay.test/charges", "charges")]
    [InlineData("POST", "")]
    [InlineData("POST", "PO ST")]
    [InlineData("1.1", "one")]
    [InlineData("\"Headers\":{}", "\"Headers\":null")]
    [InlineData("\"Headers\":{}", "\"Headers\":{\"Accept\":null}")]
    [InlineData("\"Tags\":{}", "\"Tags\":null")]
    [InlineData("\"Tags\":{}", "\"Tags\":{},\"WrittenKey\":\"a\\r\\nX-Any: b\"")]
    public async Task Is_a_dead_letter_at_once_and_stops_nobody(string part, string forged)
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge("good"), cancellationToken: Cancelled);
        await ForgeAsync(host, receipt, part, forged);

        await host.DrainOnceAsync();
        await host.DrainOnceAsync();

        (await host.FindAsync(new("forged"))).State.Should().Be(OutboxState.Dead);
        server.Keys.Should().Equal("good");
    }

    [Theory]
    [InlineData("kept_at", "9000000000000000")]
    [InlineData("first_sent_at", "-9000000000000000")]
    [InlineData("ended_at", "9000000000000000")]
    [InlineData("tries", "9000000000")]
    [InlineData("doubt", "-9000000000")]
    [InlineData("status", "9000000000")]
    public async Task Stops_nobody_with_a_number_that_is_out_of_range(string column, string forged)
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server);
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge("forged"), cancellationToken: Cancelled);
        await using (var connection = new SqliteConnection($"Data Source={host.File};Pooling=False"))
        {
            await connection.OpenAsync(Cancelled);
            await using var forge = connection.CreateCommand();
            forge.CommandText = $"UPDATE outbox_entry SET {column} = {forged}";
            await forge.ExecuteNonQueryAsync(Cancelled);
        }

        await host.Outbox.EnqueueAsync("pay", PayHost.Charge("good"), cancellationToken: Cancelled);
        await host.DrainAsync();

        server.Keys.Should().Contain("good");
    }

    [Fact]
    public async Task Brings_no_headers_that_are_not_stored()
    {
        var (authority, api) = ((string?)null, false);
        using var server = new PayServer((_, request, _) =>
        {
            (authority, api) = (request.Headers.Host, request.Headers.Contains("X-Api-Key"));
            return Task.FromResult(new HttpResponseMessage());
        });
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge("good"), cancellationToken: Cancelled);
        await host.Outbox.TryCancelAsync(receipt, Cancelled);
        await ForgeAsync(host, receipt, "\"Headers\":{}", "\"Headers\":{\"Host\":[\"evil.test\"],\"X-Api-Key\":[\"mine\"],\"Idempotency-Key\":[\"other\"]}");

        await host.DrainOnceAsync();

        server.Keys.Should().Equal("forged");
        (authority, api).Should().Be((null, false));
    }

    [Fact]
    public async Task Is_not_kept_beside_an_entry_that_can_no_longer_be_read()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(503);
        await using (var before = new PayHost(server, outbox => Encrypt(outbox, 1), file: folder.File))
            await before.KeepAsync();
        await using var host = new PayHost(server, outbox => Encrypt(outbox, 2), file: folder.File);

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        host.Log.Lines.Should().ContainSingle(line => line.Id == 1001).Which.Text.Should().Contain("cannot be read");
    }

    private static void Encrypt(OutboxOptions outbox, byte key)
    {
        outbox.StorePlaintext = false;
        outbox.ProtectWithAes([.. Enumerable.Repeat(key, 32)]);
    }

    private static async Task ForgeAsync(PayHost host, OutboxReceipt like, string part, string forged)
    {
        var head = Head.Replace(part, forged, StringComparison.Ordinal);
        var row = (await host.Store.FindAsync(like.Id, Cancelled))!;
        var bytes = new byte[5 + Encoding.UTF8.GetByteCount(head)];
        bytes[0] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), bytes.Length - 5);
        Encoding.UTF8.GetBytes(head, bytes.AsSpan(5));
        await host.Store.AddAsync(row with { Id = "forged", Key = "forged", Payload = bytes, State = OutboxState.Waiting, EndedAt = null, IsTold = false }, null, Cancelled);
    }
}
