using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class ResendCountTests
{
    private const string Tag = "http.request.resend_count";

    [Fact]
    public async Task Is_told_once_for_every_retried_attempt()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Status(503), Reply.Status(503), Reply.Ok());

        (await CountAsync(upstream)).Should().Equal("", "1", "2", "3");
    }

    [Fact]
    public async Task Is_bounded_where_attempts_are_not()
    {
        await using var upstream = ScriptedServer.Start([.. Enumerable.Repeat(Reply.Status(503), 12), Reply.Ok()]);

        (await CountAsync(upstream)).Should().Equal("", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "10", "10");
    }

    private static async Task<List<string>> CountAsync(ScriptedServer upstream)
    {
        using var host = new TestHost(client => client.AddRetry(static retry => (retry.MaxRetries, retry.BaseDelay) = (int.MaxValue, TimeSpan.Zero)), upstream.Url);
        var counts = new List<string>();
        using var listener = Listen(upstream.Url.Port, counts);

        using var response = await host.Client.GetAsync("/", TestContext.Current.CancellationToken);

        return counts;
    }

    private static MeterListener Listen(int port, List<string> counts)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, self) =>
            {
                if (instrument.Name == "http.client.request.duration")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Record(tags.ToArray(), port, counts));
        listener.Start();
        return listener;
    }

    private static void Record(KeyValuePair<string, object?>[] tags, int port, List<string> counts)
    {
        if (!tags.Any(tag => tag.Key == "server.port" && Equals(tag.Value, port)))
            return;

        lock (counts)
            counts.Add(string.Join('+', tags.Where(tag => tag.Key == Tag).Select(tag => tag.Value)));
    }
}
