using Microsoft.Extensions.DependencyInjection;

namespace QuickStart;

/// <summary>Runs the clients side by side, shows how they fare, and judges whether the resilient one kept its promises.</summary>
internal static class Demo
{
    public static async Task<int> RunAsync(Uri? url, TimeSpan duration, CancellationToken cancelled)
    {
        await using var plain = new Contender("plain HttpClient", Clients.AddPlain, url);
        await using var standard = new Contender("Microsoft's standard handler", Clients.AddStandardHandler, url);
        await using var resilient = new Contender("resilient HttpClient", Clients.AddResilient, url);
        Contender[] all = [plain, standard, resilient];

        var services = new ServiceCollection();
        foreach (var contender in all)
            contender.AddTo(services);
        await using var provider = services.BuildServiceProvider();
        var clients = provider.GetRequiredService<IHttpClientFactory>();

        var length = url is null ? Schedule.Length : duration;
        var load = Task.WhenAll(all.Select(contender => new Load(clients, contender, withOrders: url is null).RunAsync(length, cancelled)));
        await Report.FollowAsync(load, all);
        await load;

        Report.Summarize(all);
        return Report.Judge(Promises.Of(plain, resilient));
    }
}
