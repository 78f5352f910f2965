namespace Resilience.Http.Testing;

public sealed partial class VirtualClock
{
    internal void Arm(VirtualTimer timer, TimeSpan dueTime)
    {
        DateTimeOffset due;
        lock (_lock)
        {
            _armed.Remove(timer);
            due = GetUtcNow() + dueTime;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                timer.Due = due;
                _armed.Add(timer);
                _waits.Add(dueTime);
            }

            SetAlarm();
        }

        Activity.Note(isArmed: dueTime != Timeout.InfiniteTimeSpan);
        if (dueTime == TimeSpan.Zero || (dueTime > TimeSpan.Zero && dueTime <= LongestJump))
            ThreadPool.QueueUserWorkItem(AdvanceTo, due, preferLocal: false);
    }

    internal void Disarm(VirtualTimer timer)
    {
        lock (_lock)
        {
            if (_armed.Remove(timer))
                SetAlarm();
        }

        Activity.Note(isArmed: false);
    }

    private void AdvanceTo(DateTimeOffset end)
    {
        while (TakeDue(end) is { } due)
            due.Fire();
    }

    private VirtualTimer? TakeDue(DateTimeOffset end)
    {
        lock (_lock)
        {
            var next = _armed.MinBy(timer => timer.Due);
            if (next is null || next.Due > end)
            {
                if (end < DateTimeOffset.MaxValue)
                    MoveBase(end);
                return null;
            }

            if (next.IsPeriodic)
                next.Due += next.Period;
            else
                _armed.Remove(next);
            MoveBase(next.IsPeriodic ? next.Due - next.Period : next.Due);
            return next;
        }
    }

    private void MoveBase(DateTimeOffset instant)
    {
        if (instant > GetUtcNow())
            base.Advance(instant - GetUtcNow());
        SetAlarm();
    }

    // Timers fire here, not in the base class, which shows its callbacks the end of the step and lets none of them advance the clock. But whoever knows the
    // clock as its base class and advances it has to reach them, too.
    private void SetAlarm() => _alarm.Change(
        _armed.Count > 0 && _armed.Min(timer => timer.Due) - GetUtcNow() is { Ticks: > 0 } left ? left : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private void OnBaseAdvanced()
    {
        if (!_lock.IsHeldByCurrentThread)
            AdvanceTo(GetUtcNow());
    }
}
