namespace Resilience.Http.Tests;

/// <summary>Permits are one number for each limit.</summary>
internal abstract record LimitsStep
{
    internal sealed record Take(int[] Permits) : LimitsStep;

    internal sealed record Wait(int[] Permits) : LimitsStep;

    internal sealed record Charge(int[] Permits) : LimitsStep;

    internal sealed record Pass(long Ticks) : LimitsStep;

    internal sealed record Fire : LimitsStep;

    internal sealed record Cancel(int Index) : LimitsStep;
}
