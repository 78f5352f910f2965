namespace Resilience.Http;

/// <summary>
/// Stops sending to a partition that keeps failing: while its circuit is open, requests end at once in a <see cref="CircuitOpenException"/>.
/// Stands inside retry, so that every attempt counts, and outside the attempt timeout, so that a timeout counts as a failure.
/// </summary>
public sealed class CircuitBreakerHandler : PolicyHandler
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

    private protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, Attempt? attempt, CancellationToken cancellationToken)
    {
        if (attempt is null)
            return SendAsAttemptAsync(_client, request, async, cancellationToken);

        var circuit = _circuits.Of(request, attempt.Now);
        if (!circuit.TryEnter(attempt.Now, out var lease))
            return Refuse(_circuits.Refuse(circuit));

        attempt.Add(circuit, lease.Phase);
        return SendInnerAsync(request, async, attempt, cancellationToken);
    }
}
