using System.Security.Authentication;
using Resilience.Http.Testing;

namespace Migration.Tests;

/// <summary>What a server does, and how it is called: a row of the page.</summary>
/// <param name="Name">The row's first cell.</param>
/// <param name="Script">The server's answers.</param>
/// <param name="Send">The call whose end the row tells.</param>
internal sealed record FaultCase(string Name, Action<UpstreamScript> Script, Func<HttpClient, Task<HttpResponseMessage>> Send)
{
    /// <summary>Calls whose end does not matter, to the host that is down.</summary>
    public int CallsBefore { get; init; }

    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public static IReadOnlyList<FaultCase> All { get; } =
    [
        new("GET: 503, 503, then 200", script => script.Answer(503).Then(503).Then(200), Get),
        new("GET: always 503", script => script.Answer(503), Get),
        new("POST: always 503", script => script.Answer(503), Post),
        new("POST: always 429", script => script.Answer(429), Post),
        new("GET: always 408", script => script.Answer(408), Get),
        new("GET: always 501", script => script.Answer(501), Get),
        new("POST: no connection", script => script.Answer(Reply.NoConnection()), Post),
        new("POST: reset after it was sent", script => script.Answer(Reply.ResetAfterRequest()), Post),
        new("GET: an untrusted certificate", script => script.Answer(Reply.Throw(new HttpRequestException(HttpRequestError.SecureConnectionError, "not trusted", new AuthenticationException()))), Get),
        new("GET: no answer in time", script => script.Answer(Reply.Never()), Get) { AttemptTimeout = TimeSpan.FromMilliseconds(50) },
        new("GET: the body breaks off, then 200", script => script.Answer(Reply.Ok("a body").ResetAfter(2)).Then(Reply.Ok("a body")), Get),
        new("PUT of a stream that can be read once: 503, then 200", script => script.Answer(503).Then(200), Put),
        new("GET: 429 with a `Retry-After` beyond the total timeout", script => script.Answer(429, retryAfter: 120), Get) { AttemptTimeout = TimeSpan.FromMilliseconds(400), TotalTimeout = TimeSpan.FromMilliseconds(500) },
        new("GET: after many failures of this host", script => script.Answer(503), Get) { CallsBefore = 3 },
        new("GET: after many failures of another host of the client", script => script.Answer(attempt => Reply.Status(attempt.Url.Host == "a.test" ? 503 : 200)), http => http.GetAsync("http://b.test/")) { CallsBefore = 3 },
        new("GET: the caller gives up", script => script.Answer(Reply.Never()), GiveUp),
    ];

    public override string ToString() => Name;

    public static Task<HttpResponseMessage> Get(HttpClient http) => http.GetAsync("/");

    private static Task<HttpResponseMessage> Post(HttpClient http) => http.PostAsync("/", new StringContent("{}"));

    private static Task<HttpResponseMessage> Put(HttpClient http) => http.PutAsync("/", new StreamContent(new OneShotStream([1, 2, 3])));

    private static async Task<HttpResponseMessage> GiveUp(HttpClient http)
    {
        using var caller = new CancellationTokenSource();
        var sent = http.GetAsync("/", caller.Token);
        await caller.CancelAsync();
        return await sent;
    }
}
