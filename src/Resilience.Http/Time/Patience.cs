namespace Resilience.Http;

/// <summary>A time that several waits share. No timer is set for what is there at once.</summary>
internal sealed class Patience(TimeSpan length, TimeProvider time, bool async, CancellationToken cancellationToken)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>Waits for a task to end, however it ends; false if that took too long or the caller gave up.</summary>
    public async ValueTask<bool> WaitForAsync(Task task)
    {
        var left = length == Timeout.InfiniteTimeSpan ? length : length - time.GetElapsedTime(_started);
        if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
            return task.IsCompleted;

        await task.WaitAsync(left, time, cancellationToken).BlockUnless(async).Ended;
        return task.IsCompleted;
    }
}
