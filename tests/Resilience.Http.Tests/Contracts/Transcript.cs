
namespace Resilience.Http.Tests;

/// <summary>What became of calls, and how the upstream, which answers everything by 429, was asked.</summary>
internal sealed class Transcript
{
    private readonly List<string> _lines = [];

    public Transcript(CancellationToken caller)
        => Upstream = new ScriptedUpstream((request, token) =>
        {
            _lines.Add($"sent, {(request.Headers.Contains("Idempotency-Key") ? "keyed" : request.Headers.Contains("Authorization") ? "authorized" : "as it was")}, {(token == caller ? "caller's token" : "token of its own")}");
            return new(System.Net.HttpStatusCode.TooManyRequests);
        });

    public IReadOnlyList<string> Lines => _lines;

    public ScriptedUpstream Upstream { get; }

    public async Task AddAsync(Func<HttpRequestMessage, Task<HttpResponseMessage>> send)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://upstream.test/");
        request.SetTimeout(TimeSpan.FromMinutes(1));
        try
        {
            using var response = await send(request);
            _lines.Add($"{(int)response.StatusCode}, {response.Content.GetType().Name}");
        }
        catch (ResilienceException e)
        {
            _lines.Add(e.GetType().Name);
        }
    }
}
