using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Data.Sqlite;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A store that is full, locked or broken, and what the counters say.</summary>
public sealed class NotKeptTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("broken")]
    [InlineData("locked")]
    public async Task Ends_in_the_original_failure(string fault)
    {
        using var folder = new TempFolder();
        using var server = new PayServer(503);
        await using var host = new PayHost(server, file: folder.File);
        using var counters = new Counters();
        await using var connection = new SqliteConnection($"Data Source={folder.File};Pooling=False");
        if (fault == "broken")
            await File.WriteAllTextAsync(folder.File, "no database, but some bytes that nobody can read", Cancelled);
        else
            await LockAsync(host, connection);

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        host.Log.Lines.Should().ContainSingle(line => line.Id == 1001);
        counters.Seen.Should().ContainSingle().Which.Should().Be("not_kept");
    }

    [Theory]
    [InlineData("broken")]
    [InlineData("locked")]
    public async Task Is_not_sent_where_it_has_to_be_kept_first(string fault)
    {
        using var folder = new TempFolder();
        using var server = new PayServer(200);
        await using var host = new PayHost(server, outbox => outbox.Mode = OutboxMode.WriteAhead, file: folder.File);
        await using var connection = new SqliteConnection($"Data Source={folder.File};Pooling=False");
        if (fault == "broken")
            await File.WriteAllTextAsync(folder.File, "no database, but some bytes that nobody can read", Cancelled);
        else
            await LockAsync(host, connection);

        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), Cancelled)).Should().ThrowAsync<OutboxUnavailableException>();

        server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Is_counted_beside_what_is_kept_and_has_ended()
    {
        using var server = new PayServer(503, 402);
        await using var host = new PayHost(server);
        using var counters = new Counters();
        await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        counters.Seen.Should().Equal("kept", "ended Declined");
        host.Log.Lines.Select(line => line.Id).Should().Contain([1000, 1002]);
    }

    private static async Task LockAsync(PayHost host, SqliteConnection connection)
    {
        await host.Store.OpenAsync(Cancelled);
        await connection.OpenAsync(Cancelled);
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    /// <summary>What this test's client counts.</summary>
    private sealed class Counters : IDisposable
    {
        private static readonly AsyncLocal<List<string>?> Own = new();
        private readonly MeterListener _listener = new();

        public Counters()
        {
            Own.Value = Seen;
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (!instrument.IsObservable && instrument.Name.StartsWith("resilience.http.outbox.", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            {
                // Other tests run beside this one.
                if (Own.Value == Seen)
                    Seen.Add(string.Join(' ', [instrument.Name.Split('.')[^1], .. tags.ToArray().Where(tag => tag.Key == "resilience.http.state").Select(tag => tag.Value)]));
            });
            _listener.Start();
        }

        public List<string> Seen { get; } = [];

        public void Dispose() => _listener.Dispose();
    }
}
