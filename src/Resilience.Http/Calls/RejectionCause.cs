namespace Resilience.Http;

/// <summary>
/// Why one circuit or limit rejects requests: one object for each of its reasons, shared by all the requests that it rejects for it. It keeps what an
/// outer policy has made for the first of them, and goes when the circuit or limit is forgotten.
/// </summary>
internal sealed class RejectionCause
{
    private object? _made;

    /// <summary>One for each reason, found by its number.</summary>
    public static RejectionCause[] OfEach<TReason>()
        where TReason : struct, Enum
        => [.. Enum.GetValues<TReason>().Select(static _ => new RejectionCause())];

    /// <summary>What was made for this cause before, or else is made now. Two threads may both make it: either will do.</summary>
    public T Once<T, TArgument>(Func<TArgument, T> make, TArgument argument)
        where T : class
        => (T)(_made ??= make(argument));
}
