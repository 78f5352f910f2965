namespace Resilience.Http.Tests;

internal abstract record BucketStep
{
    internal sealed record Take(int Permits) : BucketStep;

    internal sealed record Wait(int Permits) : BucketStep;

    internal sealed record Pass(long Ticks) : BucketStep;

    internal sealed record Fire : BucketStep;

    internal sealed record Cancel(int Index) : BucketStep;

    internal sealed record Pause(long Ticks) : BucketStep;
}
