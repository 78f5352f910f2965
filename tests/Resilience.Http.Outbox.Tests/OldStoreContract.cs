using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>Every version of a store that was ever published can be drained.</summary>
public abstract class OldStoreContract
{
    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    public async Task Is_opened_and_drained(int version)
    {
        var place = await MakeAsync();
        await using (var connection = await ConnectAsync(place))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = await ReadAsync($"{Engine}-{version}.sql");
            await command.ExecuteNonQueryAsync(Cancelled);
        }

        using var server = new PayServer(200);
        await using var host = new PayHost(server, outbox => outbox.EndedLifetime = outbox.DeadLetterLifetime = TimeSpan.FromDays(3650), store: services => AddStore(services, place));
        await host.DrainOnceAsync();

        server.Requests.Should().ContainSingle().Which.Should().Match<PayRequest>(request => request.Key == "waiting" && request.Body == "amount=1" && request.ContentType == "text/plain; charset=utf-8");
        (await host.AllAsync()).Select(entry => (entry.Receipt.Id[^1], entry.State)).Should().Equal(('1', OutboxState.Done), ('2', OutboxState.Dead), ('3', OutboxState.Done));
        (await host.Outbox.GetAnswerAsync(new("00000000000000000000000000000003"), Cancelled))!.ContentType.Should().Be("application/json");
        (await host.Outbox.TryReviveAsync(new("00000000000000000000000000000002"), cancellationToken: Cancelled)).Should().BeTrue();
    }

    /// <summary>The beginning of the name of its scripts.</summary>
    private protected abstract string Engine { get; }

    /// <summary>Makes an empty file, or a database.</summary>
    private protected abstract Task<string> MakeAsync();

    private protected abstract Task<DbConnection> ConnectAsync(string place);

    private protected abstract void AddStore(IServiceCollection services, string place);

    private async Task<string> ReadAsync(string name)
    {
        await using var stream = GetType().Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancelled);
    }
}
