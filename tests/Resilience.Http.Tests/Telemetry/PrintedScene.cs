using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests;

/// <summary>A client that meets everything it logs, counts and throws for, while everybody who can writes what does not belong on a line.</summary>
internal sealed class PrintedScene : IDisposable
{
    /// <summary>Would begin a line of its own, color it and turn it round.</summary>
    public const string Forged = "x\r\n2026 CRIT root logged in\u001b[31m\u202e\u2028";

    public const string Secret = "s3cret-hush";

    private readonly LogRecorder _log = new();
    private readonly MeterListener _meters = new();
    private readonly Spans _spans = new("Resilience.Http");
    private readonly ConcurrentQueue<string> _printed = new();
    private readonly TokenIssuer _issuer = new();
    private readonly VirtualClock _clock = new() { LongestJump = TimeSpan.FromSeconds(4) };
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection([new("test:Retry:MaxRetries", "1")]).Build();
    private readonly ServiceProvider _services;
    private Func<HttpResponseMessage> _answer = () => new(HttpStatusCode.OK);

    public PrintedScene()
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock).AddSingleton<IQuotaProvider>(new FailingPlans()).AddMetrics();
        services.AddLogging(logging => logging.AddProvider(_log).SetMinimumLevel(LogLevel.Trace));
        var client = services.AddResilientHttpClient("test", _configuration.GetSection("test"));
        client.AddStandardPolicies(policies => policies.TokenBucket = new() { PermitsPerSecond = 1, Burst = 2, ActualCostOf = _ => throw new InvalidOperationException(Forged) }).AddClientCredentials(Configure);
        client.ConfigurePrimaryHttpMessageHandler(() => new ScriptedUpstream((_, _) => _answer()));
        services.AddResilientHttpClient("shared", http =>
        {
            http.BaseAddress = new($"http://alice:{Secret}@payments.example/");
            http.DefaultRequestHeaders.Add("Idempotency-Key", Secret);
        }).AddIdempotencyKey().ConfigurePrimaryHttpMessageHandler(() => new ScriptedUpstream(200));
        services.AddHttpClient("Resilience.Http.Token:test").ConfigurePrimaryHttpMessageHandler(() => _issuer.Handler);
        _services = services.BuildServiceProvider();
        Listen();
    }

    /// <summary>All that was written anywhere.</summary>
    public IReadOnlyCollection<string> All => [.. _printed, .. _spans.All.SelectMany(Print), .. _log.Lines, $"{Client}", .. Client.Circuits.Select(circuit => $"{circuit}")];

    public IEnumerable<int> Events => _log.Lines.Select(line => int.Parse(line.Split(' ', ':')[1], CultureInfo.InvariantCulture)).Distinct();

    private ResilientClientInfo Client => _services.GetRequiredService<ResilienceRegistry>()["test"];

    public async Task PlayAsync()
    {
        using var changes = _services.GetRequiredService<ResilienceRegistry>().Changes.Subscribe(new Writer(_printed));
        await SendAsync();
        using var shared = await _services.GetRequiredService<IHttpClientFactory>().CreateClient("shared").PostAsync("/", null, TestContext.Current.CancellationToken);
        await SendAsync("http://alice:s3cret-hush@elsewhere.example/");
        _answer = () => Answers.With(429, "Retry-After: 2", $$"""{"message":"{{Secret}}"}""");
        await SendAsync();
        _answer = () => Answers.With(200, "RateLimit: \"a\";r=0;t=3");
        await SendAsync();
        _answer = () => Answers.With(404, "", $$"""{"type":"https://alice:s3cret-hush@a.example/","title":"no"}""");
        await SendAsync(method: "DELETE");
        _answer = () => new(HttpStatusCode.ServiceUnavailable);
        for (var call = 0; call < 30; call++)
            await SendAsync(method: call % 2 == 0 ? "POST" : "GET");
        ChangeStates();
        _issuer.Answer = _ => TokenIssuer.Json(400, """{"error":"x\r\nCRIT\u001b[31m\u202e","error_description":"s3cret-hush"}""");
        _clock.Advance(TimeSpan.FromHours(3));
        await SendAsync();
    }

    public void Dispose()
    {
        _spans.Dispose();
        _meters.Dispose();
        _services.Dispose();
        _log.Dispose();
    }

    private static void Configure(ClientCredentialsOptions options)
    {
        (options.TokenEndpoint, options.ClientId, options.ClientSecret) = (new($"https://admin:{Secret}@login.example/token?key={Secret}"), "id", Secret);
        options.AllowedOrigins.Add(new("https://xn--bcher-kva.example/"));
    }

    private void ChangeStates()
    {
        var circuit = Client.GetCircuit(Forged);
        circuit.Isolate();
        circuit.Close();
        DefaultsTelemetry.Kept(_services.GetRequiredService<ILoggerFactory>(), "test", ("AHandler", "AddAHandler"));
        Client.Client.Context.Signals.Guard<string>(_ => throw new InvalidOperationException("The callback failed."), "");
        _configuration["test:Retry:MaxRetries"] = "2";
        _configuration.Reload();
        _configuration["test:ClientCredentials:SendCredentialsInBody"] = Secret;
        _configuration.Reload();
        _configuration["test:ClientCredentials:SendCredentialsInBody"] = null;
        _configuration["test:ClientCredentials"] = Secret;
        _configuration.Reload();
    }

    private async Task SendAsync(string url = "https://alice:s3cret-hush@xn--bcher-kva.example/path?sig=s3cret-hush", string method = "GET")
    {
        using var request = new HttpRequestMessage(new(method), url);
        request.SetPartition(Forged);
        try
        {
            using var response = await _services.GetRequiredService<IHttpClientFactory>().CreateClient("test").SendAsync(request, TestContext.Current.CancellationToken);
            _printed.Enqueue($"{await response.ReadProblemDetailsAsync(TestContext.Current.CancellationToken)}");
        }
        catch (HttpRequestException failure)
        {
            _printed.Enqueue(failure.Message);
            _printed.Enqueue(failure.ToProblem().ToJson());
        }
    }

    private void Listen()
    {
        var scope = Client.Client.Context.Signals.Meter.Scope;
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Resilience.Http" && ReferenceEquals(instrument.Meter.Scope, scope))
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((_, _, tags, _) => Keep(tags));
        _meters.SetMeasurementEventCallback<double>((_, _, tags, _) => Keep(tags));
        _meters.Start();
    }

    private void Keep(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
            _printed.Enqueue($"{tag.Key}={tag.Value}");
    }

    private static IEnumerable<string> Print(Activity span) => span.TagObjects.Select(tag => $"{span.DisplayName} {tag.Key}={tag.Value}");

    private sealed class Writer(ConcurrentQueue<string> lines) : IObserver<ClientEvent>
    {
        public void OnNext(ClientEvent value) => lines.Enqueue($"{value} {value.Partition}");

        public void OnError(Exception error)
        {
        }

        public void OnCompleted()
        {
        }
    }
}
