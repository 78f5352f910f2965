using Resilience.Http.Testing;
using Resilience.Http.Tests;

namespace Resilience.Http.Quotas.Tests;

public sealed class PrintedTextTests
{
    private readonly VirtualClock _clock = new();
    private readonly List<ClientEvent> _events = [];

    [Fact]
    public async Task Is_listed_here_and_prints_no_secret_and_no_line_of_another()
    {
        using var log = new LogRecorder();
        var store = new RemoteStore(new InMemoryQuotaStore(_clock), _clock);
        await using var instance = new Instance(_clock, store, Failing, answers => answers.Answer(429, retryAfter: 2).Then(200), provider: new FailingPlans(), log: log);
        using var subscription = instance.Service<ResilienceRegistry>().Changes.Subscribe(new Events(_events));

        await SendAsync(instance);
        var status = instance.Info.Quotas.Single();
        store.Fault = () => throw new InvalidOperationException(PrintedTypes.Forged);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync(instance);
        store.Fault = null;
        _clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync(instance);

        PrintedTypes.Check(typeof(QuotaPolicy).Assembly, new Dictionary<Type, Func<object?>>
        {
            [typeof(QuotaGrant)] = () => new QuotaGrant(1, TimeSpan.Zero) { Pauses = status.Pauses },
            [typeof(QuotaLimit)] = () => status.Limits.Single(),
            [typeof(QuotaPause)] = () => status.Pauses.Single(),
            [typeof(QuotaPaused)] = () => _events.OfType<QuotaPaused>().Single(),
            [typeof(QuotaRequest)] = () => new QuotaRequest("shop", status.Limits.Single().Key, status.Limits, 1),
            [typeof(QuotaStatus)] = () => status,
            [typeof(QuotaStoreChange)] = () => _events.OfType<QuotaStoreChange>().First(),
        });
        log.Events.Order().Should().Equal(PrintedTypes.LogEvents(typeof(QuotaPolicy).Assembly).Order());
        foreach (var line in log.Lines)
            PrintedTypes.CheckText(line, line);
    }

    private static void Failing(QuotaOptions quota)
        => (quota.Fallback, quota.ActualCostOf) = (QuotaFallback.FailOpen, _ => throw new InvalidOperationException(PrintedTypes.Forged));

    private static async Task SendAsync(Instance instance)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, PrintedTypes.Address);
        request.SetPartition(PrintedTypes.Forged);
        using var response = await instance.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private sealed class FailingPlans : IQuotaProvider
    {
        public QuotaRate? Find(string quota, string partition) => throw new InvalidOperationException(partition);
    }

    private sealed class Events(List<ClientEvent> events) : IObserver<ClientEvent>
    {
        public void OnNext(ClientEvent value) => events.Add(value);

        public void OnError(Exception error)
        {
        }

        public void OnCompleted()
        {
        }
    }
}
