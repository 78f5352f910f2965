using System.Collections.Concurrent;
using System.Net;
using Samples;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A server that charges once per key, whoever asks. What happens between a charge and its answer is the test's business.</summary>
internal sealed class Ledger : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, int> _charges = new();
    private readonly Func<int, Task<bool>> _answers;
    private int _requests;

    /// <param name="answers">Called after the charge with the number of the request, from 0: whether it is answered, or its connection cut.</param>
    public Ledger(Func<int, Task<bool>> answers)
    {
        _answers = answers;
        Address = $"http://127.0.0.1:{FreePort.Next()}/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>How often each key came; the first time it is charged.</summary>
    public IReadOnlyDictionary<string, int> Keys => _charges;

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        _charges.AddOrUpdate(context.Request.Headers["Idempotency-Key"]!, 1, (_, times) => times + 1);
        if (await _answers(Interlocked.Increment(ref _requests) - 1))
            context.Response.Close();
        else
            context.Response.Abort();
    }
}
