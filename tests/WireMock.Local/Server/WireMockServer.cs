using System.Net;
using Microsoft.AspNetCore.Http;
using WireMock.Exceptions;
using WireMock.Logging;
using WireMock.Matchers.Request;
using WireMock.Settings;

namespace WireMock.Server;

public sealed class WireMockServer : IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly ScenarioTable _scenarios = new();
    private readonly MappingTable _mappings;
    private readonly RequestLog _log;
    private readonly HttpHost _host;

    private WireMockServer(WireMockServerSettings settings)
    {
        _mappings = new(_scenarios);
        _log = new(settings.MaxRequestLogCount);
        _host = new(AnswerAsync);
        Urls = Bind(settings);
        Port = new Uri(Urls[0]).Port;
    }

    public bool IsStarted => !_stopped.IsCancellationRequested;

    public string? Url => Urls[0];

    public string[] Urls { get; }

    public int Port { get; }

    public IReadOnlyList<ScenarioState> Scenarios => _scenarios.All;

    public IReadOnlyList<ILogEntry> LogEntries => _log.Entries;

    public static WireMockServer Start(int? port = 0) => Start(new WireMockServerSettings { Port = port });

    public static WireMockServer Start(params string[] urls) => Start(new WireMockServerSettings { Urls = urls });

    public static WireMockServer Start(Action<WireMockServerSettings> action)
    {
        var settings = new WireMockServerSettings();
        action(settings);
        return Start(settings);
    }

    public static WireMockServer Start(WireMockServerSettings settings) => new(settings);

    public IRespondWithAProvider Given(IRequestMatcher requestMatcher) => new MappingBuilder(requestMatcher, _mappings.Add);

    public IReadOnlyList<ILogEntry> FindLogEntries(params IRequestMatcher[] matchers) => _log.Find(matchers);

    public void Reset()
    {
        ResetLogEntries();
        ResetScenarios();
        ResetMappings();
    }

    public void ResetMappings() => _mappings.Clear();

    public void ResetLogEntries() => _log.Clear();

    public void ResetScenarios() => _scenarios.Clear();

    public bool ResetScenario(string name) => _scenarios.Remove(name);

    public bool SetScenarioState(string name, string? state) => _scenarios.Set(name, state);

    public HttpClient CreateClient(params DelegatingHandler[] handlers) => CreateClient(new HttpClientHandler(), handlers);

    public HttpClient CreateClient(HttpMessageHandler innerHandler, params DelegatingHandler[] handlers)
    {
        if (!IsStarted)
            throw new InvalidOperationException("The server is not started.");

        foreach (var handler in handlers.Reverse())
        {
            handler.InnerHandler = innerHandler;
            innerHandler = handler;
        }

        return new HttpClient(innerHandler) { BaseAddress = new Uri(Url + "/") };
    }

    public void Stop()
    {
        if (!IsStarted)
            return;

        _stopped.Cancel();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        Task.Run(() => _host.StopAsync(patience.Token)).GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        if (IsStarted)
            _stopped.Cancel();
        _host.Dispose();
        _stopped.Dispose();
    }

    private string[] Bind(WireMockServerSettings settings)
    {
        try
        {
            _host.Start(settings.Urls ?? [$"http://{IPAddress.Loopback}:{settings.Port ?? 0}"]);
        }
        catch (IOException refused)
        {
            _host.Dispose();
            throw new WireMockException(refused.Message, refused);
        }

        return [.. _host.Addresses.Select(address => settings.Urls is null ? $"http://localhost:{new Uri(address).Port}" : address)];
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await RequestReader.ReadAsync(context.Request);
        var mapping = _mappings.Choose(request);
        var response = await ProvideAsync(mapping, request);
        _log.Add(new LogEntry(request, response, mapping?.Guid, mapping?.Title));
        await ResponseWriter.WriteAsync(response, context.Response);
    }

    private async Task<IResponseMessage> ProvideAsync(Mapping? mapping, IRequestMessage request)
    {
        if (mapping is null)
            return ResponseMessage.Status(HttpStatusCode.NotFound, "No matching mapping found");

        try
        {
            _scenarios.Step(mapping);
            return await mapping.Provider!.ProvideAsync(request, _stopped.Token);
        }
        catch (Exception failure) when (!_stopped.IsCancellationRequested)
        {
            return ResponseMessage.Status(HttpStatusCode.InternalServerError, failure.Message);
        }
    }
}
