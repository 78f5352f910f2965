using Polly;
using Resilience.Http;

namespace QuickStart;

/// <summary>A steady stream of calls through one client: mostly reads, every fourth an order that must not be placed twice.</summary>
internal sealed class Load(IHttpClientFactory clients, Contender contender, bool withOrders)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);

    // A second more than the total timeout. Without it a body that stalls would hold a call through the standard handler for ever, as its
    // timeouts end with the headers and it takes HttpClient's own away.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(11);

    public async Task RunAsync(TimeSpan duration, CancellationToken cancelled)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        List<Task> calls = [];
        using var timer = new PeriodicTimer(Pace, time);
        for (var number = 0; time.GetElapsedTime(started) < duration && await timer.WaitForNextTickAsync(cancelled); number++)
            calls.Add(CallAsync(number, time, cancelled));
        await Task.WhenAll(calls);
    }

    private async Task CallAsync(int number, TimeProvider time, CancellationToken cancelled)
    {
        using var request = MakeRequest(number);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patience.CancelAfter(Patience);
        var started = time.GetTimestamp();
        try
        {
            using var response = await clients.CreateClient(contender.Name).SendAsync(request, patience.Token);
            contender.Tally.CountCall(response.IsSuccessStatusCode, failure: null, request.GetRetryReport(), time.GetElapsedTime(started));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or ExecutionRejectedException && !cancelled.IsCancellationRequested)
        {
            contender.Tally.CountCall(succeeded: false, e, request.GetRetryReport(), time.GetElapsedTime(started));
        }
    }

    private HttpRequestMessage MakeRequest(int number)
    {
        if (!withOrders)
            return new(HttpMethod.Get, (Uri?)null);

        return number % 4 == 0
            ? new(HttpMethod.Post, "orders") { Content = new StringContent($"order {number}") }
            : new(HttpMethod.Get, $"items/{number}");
    }
}
