using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>Crashes, lost answers, ended leases and clock jumps, in any order: a key has at most one effect, and exactly one if its entry is done.</summary>
public sealed class ModelTests
{
    private const int Keys = 3;

    // By more than the margin of the retention, which an hour is.
    private static readonly TimeSpan Back = TimeSpan.FromHours(OperatingSystem.IsLinux() ? 20 : 0);

    private enum Step
    {
        Call0,
        Call1,
        Call2,
        Drain,
        Crash,
        Minute,
        Day,
        ClockBack,
    }

    [Fact]
    public void Has_one_effect_for_every_call_that_is_done()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), Prop.ForAll(
            Gen.ListOf(Gen.Zip(Gen.Elements(Enum.GetValues<Step>()), Gen.Choose(0, 5))).ToArbitrary(),
            steps => RunAsync(steps).GetAwaiter().GetResult()));

    private static async Task RunAsync(List<(Step Step, int Fault)> steps)
    {
        using var folder = new TempFolder();
        var bank = new Bank();
        var (host, setBack) = (Start(folder, bank), TimeSpan.Zero);
        try
        {
            foreach (var (step, fault) in steps)
            {
                bank.Fault = fault;
                (host, setBack) = await DoAsync(host, setBack, step, folder, bank);
            }

            bank.Fault = 0;
            await host.DrainAfterAsync(TimeSpan.FromDays(2), rounds: 3);
            await CheckAsync(host, bank);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    private static async Task<(PayHost Host, TimeSpan SetBack)> DoAsync(PayHost host, TimeSpan setBack, Step step, TempFolder folder, Bank bank)
    {
        switch (step)
        {
            case <= Step.Call2:
                await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge($"key-{(int)step % Keys}", path: $"/key-{(int)step % Keys}"), CancellationToken.None));
                break;
            case Step.Drain:
                await host.DrainAsync();
                break;
            case Step.Crash:
                // What was not acknowledged may be gone; what was held is freed by time, or by the next owner.
                ((IDisposable)host.Store).Dispose();
                await host.DisposeAsync();
                host = Start(folder, bank);
                // The machine was not started again.
                host.Clock.Advance(bank.Now);
                host.Clock.Set(-setBack);
                // As a host does when it starts: from then on the clock on the wall is not all it has.
                await host.Store.OpenAsync(CancellationToken.None);
                break;
            case Step.ClockBack:
                setBack += Back;
                host.Clock.Set(-Back);
                break;
            default:
                var passed = step is Step.Minute ? TimeSpan.FromMinutes(1) : TimeSpan.FromHours(25);
                bank.Age(passed);
                host.Clock.Advance(passed);
                break;
        }

        return (host, setBack);
    }

    private static async Task CheckAsync(PayHost host, Bank bank)
    {
        bank.Effects.Values.Should().NotContain(effects => effects > 1);
        foreach (var row in await host.Store.ListAsync(new() { State = OutboxState.Done }, CancellationToken.None))
            bank.Effects.GetValueOrDefault($"/{row.Key}").Should().Be(1, "the entry of {0} is done", row.Key);
    }

    private static PayHost Start(TempFolder folder, Bank bank) => new(
        new PayServer((_, request, _) => bank.AnswerAsync(request)),
        // For ever: a key that is handed in after that is a new call.
        outbox => (outbox.Mode, outbox.EndedLifetime) = (OutboxMode.WriteAhead, TimeSpan.FromDays(3650)),
        services: services => services.AddSingleton<IOutboxReconciler>(bank),
        file: folder.File);

    /// <summary>Honours keys for a day, and fails in the way that it is told to: before the effect, after it, or with a stored failure.</summary>
    private sealed class Bank : IOutboxReconciler
    {
        private readonly Dictionary<string, (HttpStatusCode Status, TimeSpan At)> _stored = [];

        public int Fault { get; set; }

        public Dictionary<string, int> Effects { get; } = [];

        public TimeSpan Now { get; private set; }

        public void Age(TimeSpan by) => Now += by;

        public Task<OutboxFinding> FindAsync(OutboxCall kept, CancellationToken cancellationToken)
            => Task.FromResult(Effects.ContainsKey(kept.Address.AbsolutePath) ? OutboxFinding.Exists : OutboxFinding.Absent);

        public async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
        {
            await Task.Yield();
            lock (_stored)
                return Answer(request);
        }

        private HttpResponseMessage Answer(HttpRequestMessage request)
        {
            var key = request.Headers.GetValues("Idempotency-Key").Single();
            if (_stored.TryGetValue(key, out var stored) && Now - stored.At < TimeSpan.FromHours(24))
                return new(stored.Status) { Headers = { { "Idempotent-Replayed", "true" } } };
            if (Fault == 1)
                return new(HttpStatusCode.ServiceUnavailable);

            var status = Fault == 2 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK;
            _stored[key] = (status, Now);
            if (status is HttpStatusCode.OK)
                Effects[request.RequestUri!.AbsolutePath] = Effects.GetValueOrDefault(request.RequestUri.AbsolutePath) + 1;
            return Fault == 3 ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : new(status);
        }
    }
}
