namespace Resilience.Http;

/// <summary>The waits between tries: exponential, with jitter after the cap; the server's own wait is never shortened.</summary>
internal static class Waits
{
    private const int MaxDoublings = 30;

    /// <param name="tries">The tries so far, from 1.</param>
    /// <param name="advised">What the server asked for; null if nothing.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="chance">From 0, included, to 1, excluded.</param>
    public static TimeSpan After(int tries, TimeSpan? advised, OutboxOptions options, double chance)
    {
        var bound = Math.Min(options.BaseDelay.TotalMilliseconds * Math.Pow(2, Math.Clamp(tries - 1, 0, MaxDoublings)), options.MaxDelay.TotalMilliseconds);
        var own = TimeSpan.FromMilliseconds(bound * (0.5 + (chance / 2)));
        // Later than asked by a little, so that those who were asked the same do not come together.
        return advised is { } asked && asked > TimeSpan.Zero ? Longer(own, asked + (options.BaseDelay * (chance / 2))) : own;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
