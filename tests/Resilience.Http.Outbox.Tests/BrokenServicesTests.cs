using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Outbox.Tests;

/// <summary>Services of the program that cannot be had for a while. A call is not sent more often because of them, and none is lost.</summary>
public sealed class BrokenServicesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Notes_what_a_call_came_to_though_no_observer_can_be_made()
    {
        var (isDown, told) = (true, 0);
        using var server = new PayServer(200);
        await using var host = new PayHost(server, services: services => services.AddTransient<IOutboxObserver>(_ => isDown ? throw new VaultDown() : new Told(() => told++)));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await host.DrainAsync();
        await host.DrainAfterAsync(TimeSpan.FromMinutes(1));
        var meanwhile = await host.FindAsync(receipt);

        isDown = false;
        await host.DrainAfterAsync(TimeSpan.FromMinutes(1));

        meanwhile.State.Should().Be(OutboxState.Done);
        server.Requests.Should().ContainSingle();
        told.Should().Be(1);
    }

    [Fact]
    public async Task Asks_later_if_the_reconciler_cannot_be_made()
    {
        var isDown = true;
        using var server = new PayServer(302);
        await using var host = new PayHost(server, services: services => services.AddTransient<IOutboxReconciler>(_ => isDown ? throw new VaultDown() : new FindsIt()));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await host.DrainAsync();
        await host.DrainAfterAsync(TimeSpan.FromMinutes(1));
        var meanwhile = await host.FindAsync(receipt);

        isDown = false;
        await host.DrainAfterAsync(TimeSpan.FromMinutes(1));

        meanwhile.State.Should().Be(OutboxState.Waiting);
        server.Requests.Should().ContainSingle();
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
        host.Log.Lines.Should().Contain(line => line.Id == 1006);
    }

    [Theory]
    [InlineData(OutboxMode.OnFailure, false)]
    [InlineData(OutboxMode.WriteAhead, false)]
    [InlineData(OutboxMode.WriteAhead, true)]
    public async Task Takes_an_answer_that_the_profile_cannot_judge_for_one_that_tells_nothing(OutboxMode mode, bool isDrained)
    {
        using var server = new PayServer(409);
        var profile = IdempotencyProfile.Stripe with { Judge = _ => throw new VaultDown() };
        await using var host = new PayHost(server, outbox => outbox.Mode = mode, profile, inner: _ => { });

        if (isDrained)
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        else
            (await host.Client.SendAsync(PayHost.Charge(), Cancelled)).StatusCode.Should().Be(HttpStatusCode.Conflict);
        await host.DrainAsync();

        (await host.AllAsync()).Select(entry => entry.State).Should().Equal(mode is OutboxMode.WriteAhead ? [OutboxState.Dead] : []);
        server.Requests.Should().ContainSingle();
        host.Log.Lines.Should().ContainSingle(line => line.Id == 1015);
    }

    // A disk that is full of logs, for a while.
    [Fact]
    public async Task Goes_on_with_a_destination_though_a_logger_has_thrown_in_its_delivery()
    {
        using var server = new PayServer(200);
        var isFull = false;
        await using var host = new PayHost(server, services: services => services.AddLogging(logging => logging.AddProvider(new FullDisk(() => isFull))));
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge("one"), cancellationToken: Cancelled);
        isFull = true;
        await host.DrainOnceAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancelled);

        isFull = false;
        var second = await host.Outbox.EnqueueAsync("pay", PayHost.Charge("two"), cancellationToken: Cancelled);
        await host.DrainAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancelled);

        (await host.FindAsync(second)).State.Should().Be(OutboxState.Done);
    }

    [Theory]
    [InlineData(OutboxMode.OnFailure)]
    [InlineData(OutboxMode.WriteAhead)]
    public async Task Gives_the_receipt_though_a_listener_has_thrown(OutboxMode mode)
    {
        using var meters = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
        {
            if (instrument.Name == "resilience.http.outbox.kept" && tags.ToArray().Contains(new("resilience.http.client", "pay")))
                throw new IOException("No space left on device.");
        });
        using var server = new PayServer(503, 200);
        await using var host = new PayHost(server, outbox => outbox.Mode = mode);
        meters.Start();

        var receipt = await host.KeepAsync();
        await host.DrainAfterAsync(TimeSpan.FromMinutes(1));

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    [Fact]
    public async Task Counts_nothing_as_sent_that_could_not_be_decrypted()
    {
        var isDown = true;
        using var server = new PayServer(200);
        await using var host = new PayHost(server, outbox =>
        {
            (outbox.StorePlaintext, outbox.Protect) = (false, (plain, _) => plain.ToArray());
            outbox.Unprotect = (sealedBytes, _) => isDown ? throw new VaultDown() : sealedBytes.ToArray();
        });
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await host.DrainOnceAsync();
        await host.DrainAfterAsync(TimeSpan.FromDays(2));
        var meanwhile = await host.FindAsync(receipt);

        isDown = false;
        await host.DrainAfterAsync(TimeSpan.FromMinutes(1));

        meanwhile.Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Waiting && entry.FirstSentAt == null);
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    [Fact]
    public async Task Counts_nothing_as_sent_while_its_client_cannot_be_set_up()
    {
        var isDown = false;
        using var server = new PayServer(200);
        await using var host = new PayHost(server, outer: client => client.Configure(http => http.ConfigureHttpClient(_ =>
        {
            if (isDown)
                throw new InvalidOperationException("no vault");
        })));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        isDown = true;
        await host.DrainOnceAsync();
        var meanwhile = await host.FindAsync(receipt);

        isDown = false;
        await host.DrainAfterAsync(TimeSpan.FromMinutes(1));

        meanwhile.Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Waiting && entry.FirstSentAt == null);
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
        host.Log.Lines.Should().Contain(line => line.Id == 1010);
    }

    [Fact]
    public async Task Notes_what_a_call_came_to_though_its_answer_cannot_be_encrypted()
    {
        var isDown = false;
        using var server = new PayServer(200);
        await using var host = new PayHost(server, outbox =>
        {
            (outbox.StorePlaintext, outbox.Protect) = (false, (plain, _) => isDown ? throw new VaultDown() : plain.ToArray());
            outbox.Unprotect = (sealedBytes, _) => sealedBytes.ToArray();
        });
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        isDown = true;

        await host.DrainAsync();

        (await host.FindAsync(receipt)).Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Done && entry.Status == 200);
        host.Log.Lines.Should().ContainSingle(line => line.Id == 1011);
    }

    [Fact]
    public async Task Sends_nothing_that_has_to_be_kept_first_and_cannot_be_encrypted()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server, outbox =>
        {
            (outbox.Mode, outbox.StorePlaintext, outbox.Protect) = (OutboxMode.WriteAhead, false, (_, _) => throw new VaultDown());
            outbox.Unprotect = (sealedBytes, _) => sealedBytes.ToArray();
        });

        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), Cancelled)).Should().ThrowAsync<OutboxUnavailableException>();

        server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Ends_in_the_original_failure_if_a_call_cannot_be_encrypted()
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server, outbox =>
        {
            (outbox.StorePlaintext, outbox.Protect) = (false, (_, _) => throw new VaultDown());
            outbox.Unprotect = (sealedBytes, _) => sealedBytes.ToArray();
        });

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        host.Log.Lines.Should().ContainSingle(line => line.Id == 1001);
    }

    private sealed class VaultDown() : Exception("no vault");

    private sealed class Told(Action tell) : IOutboxObserver
    {
        public Task OnEndedAsync(OutboxCall kept, OutboxAnswer? answer, CancellationToken cancellationToken)
        {
            tell();
            return Task.CompletedTask;
        }
    }

    private sealed class FindsIt : IOutboxReconciler
    {
        public Task<OutboxFinding> FindAsync(OutboxCall kept, CancellationToken cancellationToken) => Task.FromResult(OutboxFinding.Exists);
    }

    private sealed class FullDisk(Func<bool> isFull) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (isFull())
                throw new IOException("No space left on device.");
        }

        public void Dispose()
        {
        }
    }
}
