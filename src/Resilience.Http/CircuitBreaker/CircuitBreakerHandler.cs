namespace Resilience.Http;

/// <summary>
/// Stops sending to a partition that keeps failing: while its circuit is open, requests end at once in a <see cref="CircuitOpenException"/>.
/// Stands inside retry, so that every attempt counts, and outside the attempt timeout, so that a timeout counts as a failure.
/// </summary>
public sealed class CircuitBreakerHandler : ResilienceHandler
{
    private readonly ResilientClient _client;
    private readonly Circuits _circuits;

    /// <summary>A handler to be used without a container, with circuits of its own.</summary>
    /// <param name="options">When to stop, for how long, and how to find out that the upstream has recovered.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is out of bounds.</exception>
    public CircuitBreakerHandler(CircuitBreakerOptions options)
        : this(ResilientClient.ByHand(), Live<CircuitBreakerOptions>.Fixed(options, new CircuitBreakerOptionsValidator()))
    {
    }

    internal CircuitBreakerHandler(ResilientClient client, Live<CircuitBreakerOptions> options)
        => (_client, _circuits) = (client, client.StateOf(() => new Circuits(client, options)));

    private protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        var now = _client.Time.GetTimestamp();
        var circuit = _circuits.Of(request, now);
        if (!circuit.TryEnter(now, out var lease))
            return Refuse(_circuits.Refuse(circuit));

        var attempt = SendAttemptAsync(request, async, cancellationToken);
        if (attempt.AsyncState is not ResilienceException)
            return RecordAsync(request, attempt, circuit, lease, async, cancellationToken);

        // Held back further in: nothing to wait for, and shedding must stay cheap.
        _circuits.Record(circuit, lease, Outcome.Of(attempt, cancellationToken));
        return attempt;
    }

    private async Task<HttpResponseMessage> RecordAsync(
        HttpRequestMessage request, Task<HttpResponseMessage> attempt, Circuit circuit, CircuitLease lease, bool async, CancellationToken cancellationToken)
    {
        await attempt.BlockUnless(async).Ended;
        if (_client.Advisor.IsPlainSuccess(attempt))
            return Record(circuit, lease, Outcome.Of(attempt, cancellationToken));

        attempt = JudgeAndRecordAsync(request, attempt, circuit, lease, async, cancellationToken);
        await attempt.Ended;
        return Outcome.Of(attempt, cancellationToken).GetResponse();
    }

    // Apart from the above, so that only failures pay for the larger state machine.
    private async Task<HttpResponseMessage> JudgeAndRecordAsync(
        HttpRequestMessage request, Task<HttpResponseMessage> attempt, Circuit circuit, CircuitLease lease, bool async, CancellationToken cancellationToken)
        => Record(circuit, lease, await _client.Advisor.JudgeAsync(request, attempt, async, cancellationToken).ConfigureAwait(false));

    private HttpResponseMessage Record(Circuit circuit, CircuitLease lease, in Outcome outcome)
    {
        _circuits.Record(circuit, lease, outcome);
        return outcome.GetResponse();
    }
}
