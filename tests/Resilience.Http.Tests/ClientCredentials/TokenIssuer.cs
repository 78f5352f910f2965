using System.Collections.Concurrent;
using System.Net;

namespace Resilience.Http.Tests;

/// <summary>A token endpoint in memory: gives out token-1, token-2 and so on, each for an hour, unless told otherwise.</summary>
internal sealed class TokenIssuer
{
    private readonly ConcurrentQueue<string> _forms = new();
    private int _issued;

    public TokenIssuer() => Handler = new ScriptedUpstream(async (request, cancelled) =>
    {
        _forms.Enqueue($"{request.Headers.Authorization} {await request.Content!.ReadAsStringAsync(cancelled)}");
        await Gate.WaitAsync(cancelled);
        return Answer(Interlocked.Increment(ref _issued));
    });

    public ScriptedUpstream Handler { get; }

    public int Requests => Handler.Attempts.Count;

    /// <summary>Credentials and form of each request.</summary>
    public IReadOnlyCollection<string> Forms => _forms;

    /// <summary>Holds answers back until it completes.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Func<int, HttpResponseMessage> Answer { get; set; } = number => Token($"token-{number}", "3600");

    public static HttpMessageHandler Always() => new TokenIssuer().Handler;

    public static HttpResponseMessage Token(string token, string lifetime)
        => Json(200, $$"""{"access_token":"{{token}}","token_type":"bearer","expires_in":{{lifetime}}}""");

    public static HttpResponseMessage Json(int status, string body)
        => new((HttpStatusCode)status) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
}
