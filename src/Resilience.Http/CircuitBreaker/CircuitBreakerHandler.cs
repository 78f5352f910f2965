namespace Resilience.Http;

/// <summary>
/// Stops sending to a partition that keeps failing: while its circuit is open, requests end at once in a <see cref="CircuitOpenException"/>.
/// Stands inside retry, so that every attempt counts, and outside the attempt timeout, so that a timeout counts as a failure.
/// </summary>
public sealed class CircuitBreakerHandler : PolicyHandler
{
    private readonly Circuits _circuits;

    /// <summary>A handler to be used without a container, with circuits of its own.</summary>
    /// <param name="options">When to stop, for how long, and how to find out that the server has recovered.</param>
    /// <param name="client">Name, clock and chance; null for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is invalid.</exception>
    public CircuitBreakerHandler(CircuitBreakerOptions options, ClientContext? client = null)
        : this(CircuitBreakerPolicy.Instance.CreateContext(options, client))
    {
    }

    internal CircuitBreakerHandler(PolicyContext<CircuitBreakerOptions> context)
        : base(context.Client) => _circuits = Circuits.Of(context);

    /// <inheritdoc/>
    protected internal override bool ObeysDeadline => true;

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var known = attempt.Attempt;
        var circuit = _circuits.Of(known);
        if (!circuit.TryEnter(known.ReachedAt, out var lease, known))
            return Reject(_circuits.RejectionBy(circuit));

        known.Join(circuit, lease.Phase);
        return SendInnerAsync(request, known, cancellationToken);
    }
}
