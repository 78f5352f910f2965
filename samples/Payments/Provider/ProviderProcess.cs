using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Payments;

/// <summary>The Stripe-like provider, in a process of its own. Its first line says its address.</summary>
internal static class ProviderProcess
{
    public static async Task<int> RunAsync(Settings settings)
    {
        using var ledger = new Ledger(settings.Ledger, settings.Retention);
        using var weather = new Weather(settings);
        var charges = new ChargeHandler(settings, ledger, weather);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(settings.Provider?.ToString() ?? "http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapPost("/charges", charges.HandleAsync);
        app.MapGet("/charges/{reference}", (string reference) => ledger.ChargesOf(reference) is { Count: > 0 } charges ? Results.Ok(charges) : Results.NotFound());
        await app.StartAsync();
        await Console.Out.WriteLineAsync(app.Urls.First());
        await Console.In.ReadLineAsync();
        return 0;
    }
}
