namespace Resilience.Http;

/// <summary>
/// A client that is made when it is first asked for. What it fails by then may pass, such as a configuration that is invalid for a moment: so a failure is not remembered. Safe for concurrent use.
/// </summary>
/// <param name="make">Makes it.</param>
/// <param name="isAdded">Whether it becomes a client only by being made, while the program runs.</param>
internal sealed class ClientSlot(Func<ResilientClient> make, bool isAdded = false)
{
    private readonly Lock _making = new();
    private ResilientClient? _made;
    private bool _isMaking;

    /// <summary>The client; null if nobody has asked for it.</summary>
    public ResilientClient? Made => Volatile.Read(ref _made);

    /// <summary>Whether it is one that may still be refused: it is no client yet for anybody but who adds it.</summary>
    public bool IsBeingAdded => isAdded && Made is null;

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Its policies or their options are invalid.</exception>
    /// <exception cref="InvalidOperationException">What makes it asks for it.</exception>
    public ResilientClient Get()
    {
        var client = Made ?? Make();
        client.CatchUp();
        return client;
    }

    private ResilientClient Make()
    {
        lock (_making)
        {
            if (_made is { } made)
                return made;
            if (_isMaking)
                throw new InvalidOperationException("A resilient client is asked for while it is made.");

            _isMaking = true;
            try
            {
                made = make();
                Volatile.Write(ref _made, made);
                return made;
            }
            finally
            {
                _isMaking = false;
            }
        }
    }
}
