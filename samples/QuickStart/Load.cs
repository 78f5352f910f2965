using Resilience.Http;

namespace QuickStart;

/// <summary>A steady stream of calls through one client: mostly reads, every fourth an order that must not be placed twice.</summary>
internal sealed class Load(IHttpClientFactory clients, string client, Tally tally, bool withOrders)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);

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
        var started = time.GetTimestamp();
        try
        {
            using var response = await clients.CreateClient(client).SendAsync(request, cancelled);
            tally.CountCall(response.IsSuccessStatusCode, failure: null, request.GetRetryReport(), time.GetElapsedTime(started));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancelled.IsCancellationRequested)
        {
            tally.CountCall(succeeded: false, e, request.GetRetryReport(), time.GetElapsedTime(started));
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
