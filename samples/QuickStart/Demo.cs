using Microsoft.Extensions.DependencyInjection;

namespace QuickStart;

/// <summary>Runs both clients side by side, shows how they fare, and judges whether the resilient one kept its promises.</summary>
internal static class Demo
{
    public static async Task<int> RunAsync(Uri? url, TimeSpan duration, CancellationToken cancelled)
    {
        if (url is not null)
            return await CompareAsync(url, url, duration, null, cancelled);

        // One each, so that neither suffers from what the other does.
        await using var forPlain = new MisbehavingUpstream();
        await using var forResilient = new MisbehavingUpstream();
        return await CompareAsync(forPlain.Url, forResilient.Url, Schedule.Length, (forPlain, forResilient), cancelled);
    }

    private static async Task<int> CompareAsync(
        Uri plainUrl, Uri resilientUrl, TimeSpan duration, (MisbehavingUpstream Plain, MisbehavingUpstream Resilient)? upstreams, CancellationToken cancelled)
    {
        var (plain, resilient) = (new Tally("plain HttpClient"), new Tally("resilient HttpClient"));
        await using var services = Clients.Register(plainUrl, plain, resilientUrl, resilient);
        var clients = services.GetRequiredService<IHttpClientFactory>();

        var load = Task.WhenAll(
            new Load(clients, "plain", plain, withOrders: upstreams is not null).RunAsync(duration, cancelled),
            new Load(clients, "resilient", resilient, withOrders: upstreams is not null).RunAsync(duration, cancelled));
        await Report.FollowAsync(load, [plain, resilient], () => upstreams?.Resilient.Weather);
        await load;

        Report.Summarize((plain, upstreams?.Plain.Duplicates), (resilient, upstreams?.Resilient.Duplicates));
        return Report.Judge(Promises.Of(plain, resilient, upstreams?.Resilient.Duplicates));
    }
}
