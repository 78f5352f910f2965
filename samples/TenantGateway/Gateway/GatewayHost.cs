using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Npgsql;
using StackExchange.Redis;
using Yarp.ReverseProxy.Transforms;

namespace TenantGateway;

/// <summary>The gateway: YARP behind keys and limits.</summary>
internal static class GatewayHost
{
    private const int Kilobyte = 1024;

    public static async Task<int> RunAsync(string listen, string file, Stores stores, CancellationToken cancellationToken)
    {
        await using var app = Build(listen, file, stores.Settings);
        await app.StartAsync(cancellationToken);
        Console.WriteLine($"{app.Urls.First()} (health and metrics: {app.Services.GetRequiredService<Management>().Address})");
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    /// <param name="listen">Where it listens.</param>
    /// <param name="file">The file with the sections <c>Gateway</c> and <c>ReverseProxy</c>.</param>
    /// <param name="overrides">Settings that win over those of the file and the environment.</param>
    /// <param name="configure">Changes the services.</param>
    public static WebApplication Build(string listen, string file, IEnumerable<KeyValuePair<string, string?>> overrides, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: true).AddEnvironmentVariables().AddInMemoryCollection(overrides);
        var settings = (builder.Configuration.GetSection("Gateway").Get<GatewaySettings>() ?? new()).Validated();
        builder.WebHost.UseUrls(listen).ConfigureKestrel(kestrel => Harden(kestrel, settings));
        var connections = new OpenConnections(settings.ConnectionsPerAddress, settings.KnownProxies);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => connections.ServeAsync(connection, next))));
        if (!settings.IsAddress(out _))
            settings.Tenants = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, settings.Tenants);
        AddTenants(builder.Services, settings);
        AddLimits(builder.Services, settings);
        AddProxy(builder.Services, builder.Configuration, settings);
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseExceptionHandler(failed => failed.Run(context => Problem.WriteAsync(context, StatusCodes.Status500InternalServerError, "The gateway has failed.")));
        // Those from 502 on are the proxy's.
        app.UseStatusCodePages(answer => answer.HttpContext.Response.StatusCode is >= 500 ? Task.CompletedTask : Problem.WriteAsync(answer.HttpContext, answer.HttpContext.Response.StatusCode));
        // Without a named proxy ASP.NET Core would believe everyone.
        if (settings.KnownProxies.Count > 0)
            app.UseForwardedHeaders(Trusting(settings));
        app.Use(DataRates.Set);
        app.Use(BodyLimit.Keep);
        app.UseMiddleware<TenantMiddleware>();
        app.MapReverseProxy();
        return app;
    }

    private static void AddTenants(IServiceCollection services, GatewaySettings settings)
    {
        services.AddSingleton(settings).AddSingleton(TimeProvider.System).AddSingleton<GatewayMetrics>();
        services.AddSingleton<OpenRequests>().AddSingleton<TenantConfiguration>().AddHostedService(provider => provider.GetRequiredService<TenantConfiguration>());
        services.AddSingleton<Management>().AddHostedService(provider => provider.GetRequiredService<Management>());
        services.AddResilientHttpClient(TenantEndpoint.Client)
            .AddTotalTimeout(TimeSpan.FromSeconds(2))
            .AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (2, TimeSpan.FromMilliseconds(100)))
            .AddAttemptTimeout(TimeSpan.FromMilliseconds(500))
            // The next address might be one of http.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.AddSingleton<ITenantSource>(provider => settings.IsAddress(out var address)
            ? new TenantEndpoint(provider.GetRequiredService<IHttpClientFactory>(), address, settings.MaxConfigurationBytes)
            : new TenantFile(settings.Tenants, settings.MaxConfigurationBytes));
    }

    private static void AddLimits(IServiceCollection services, GatewaySettings settings)
    {
        if (settings.Redis.Length > 0)
            services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect($"{settings.Redis},abortConnect=false"));
        if (settings.Postgres.Length > 0)
            services.AddSingleton(_ => NpgsqlDataSource.Create(settings.Postgres));
        services.AddSingleton(provider => new QuotaLevels(StoreOf(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IQuotaStore>(provider => provider.GetRequiredService<QuotaLevels>());
        services.AddSingleton<IQuotaProvider, TenantPlans>().AddSingleton<TenantGate>();
        services.AddSingleton(provider => new UnknownKeys(provider.GetRequiredService<TimeProvider>(), settings.UnknownKeysPerMinute, settings.UnknownKeyAddresses));
        TenantGate.Register(services, settings);
    }

    private static IQuotaStore StoreOf(IServiceProvider provider)
        => provider.GetService<IConnectionMultiplexer>() is { } redis ? new RedisQuotaStore(redis)
            : provider.GetService<NpgsqlDataSource>() is { } source ? new PostgreSqlQuotaStore(source)
            : new InMemoryQuotaStore();

    private static void AddProxy(IServiceCollection services, ConfigurationManager configuration, GatewaySettings settings)
    {
        services.AddSingleton<DistributedContextPropagator, TraceContext>();
        services.AddReverseProxy().LoadFromConfig(configuration.GetSection("ReverseProxy")).AddResilience(configuration.GetSection("Resilience")).AddTransforms(transforms =>
        {
            if (transforms.Cluster is { } cluster && settings.Authorization.TryGetValue(cluster.ClusterId, out var authorization))
                transforms.AddRequestHeader("Authorization", authorization, append: false);
            // Not X-Forwarded-Host: whoever sends a request chooses its Host.
            transforms.AddXForwardedFor(action: ForwardedTransformActions.Set).AddXForwardedProto(action: ForwardedTransformActions.Set);
            transforms.AddResponseTransform(answer =>
            {
                // What a policy answers, such as an open circuit, was no request, and its Retry-After is right.
                if (answer.ProxyResponse is { RequestMessage: not null })
                    AnswerHeaders.Clean(answer.HttpContext.Response);
                return ValueTask.CompletedTask;
            });
            transforms.AddResponseTrailersTransform(answer =>
            {
                if (answer.HttpContext.Features.Get<IHttpResponseTrailersFeature>() is { Trailers.IsReadOnly: false } trailers)
                    AnswerHeaders.Clean(trailers.Trailers);
                return ValueTask.CompletedTask;
            });
        });
    }

    private static ForwardedHeadersOptions Trusting(GatewaySettings settings)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        // Loopback is trusted by default.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in settings.KnownProxies)
            options.KnownProxies.Add(IPAddress.Parse(proxy));
        return options;
    }

    private static void Harden(KestrelServerOptions kestrel, GatewaySettings settings)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestLineSize = 8 * Kilobyte;
        limits.MaxRequestHeadersTotalSize = 16 * Kilobyte;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestBodySize = 10 * Kilobyte * Kilobyte;
        // A proxy in front sends the requests of many over one connection: uploads that nobody reads fill their own windows, and never that of the connection.
        limits.Http2.MaxStreamsPerConnection = 100;
        limits.Http2.InitialStreamWindowSize = 128 * Kilobyte;
        limits.Http2.InitialConnectionWindowSize = 100 * 128 * Kilobyte;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        var rate = DataRates.OfConnections(settings);
        (limits.MinRequestBodyDataRate, limits.MinResponseDataRate) = (rate, rate);
        limits.MaxConcurrentConnections = 10_000;
        // As many as others: no tenant takes them all.
        limits.MaxConcurrentUpgradedConnections = 10_000;
    }
}
