namespace Resilience.Http;

/// <summary>A pause that the server at one authority has asked for. It concerns requests to that authority only. Safe for concurrent use.</summary>
public sealed class ServerPause
{
    private readonly ServerGate _gate;

    internal ServerPause(ServerGate gate) => (_gate, Authority) = (gate, gate.Key.ToString());

    /// <summary>Who asked for it, such as <c>https://api.example.com:443</c>.</summary>
    public string Authority { get; }

    /// <summary>When it ends, by the wall clock; null if it is over.</summary>
    public DateTimeOffset? Until => _gate.PausedUntil;

    /// <summary>Ends it now: those who wait go on at the rate of the bucket.</summary>
    public void End() => _gate.EndPause();

    /// <summary>The authority and the end.</summary>
    /// <returns>Such as <c>https://api.example.com:443: until 2026-11-26 12:00:30Z</c>.</returns>
    public override string ToString() => Until is { } until ? $"{Authority}: until {until:u}" : $"{Authority}: over";
}
