using System.Net;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;

namespace TenantGateway;

/// <summary>Health and metrics: a server of its own on loopback, which no header of a request to the gateway can reach.</summary>
internal sealed class Management(TenantConfiguration configuration, GatewaySettings settings) : IHostedService, IAsyncDisposable
{
    private static readonly string[] Meters =
    [
        GatewayMetrics.Meter, "Resilience.Http", "Yarp.ReverseProxy", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime",
    ];

    private WebApplication? _app;

    public string Address => _app!.Urls.First();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, settings.ManagementPort));
        // A page in a browser on this machine must not read it under a name of its own.
        builder.Services.AddHostFiltering(filter => filter.AllowedHosts = ["localhost", "127.0.0.1"]);
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter());
        builder.Services.AddHealthChecks().AddCheck("tenants", Check);
        _app = builder.Build();
        _app.UseHostFiltering();
        _app.MapHealthChecks("/health/live", new() { Predicate = static _ => false });
        _app.MapHealthChecks("/health/ready");
        _app.MapPrometheusScrapingEndpoint();
        await _app.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    private HealthCheckResult Check() => (configuration.Current, configuration.Complaint) switch
    {
        (null, var complaint) => HealthCheckResult.Unhealthy(complaint),
        (_, null) => HealthCheckResult.Healthy(),
        (_, var complaint) => HealthCheckResult.Degraded(complaint),
    };
}
