namespace Resilience.Http;

/// <summary>
/// Wants to know what became of kept calls. Registered as a service; for one client as a keyed service with its name. Told once for each call that has ended, and again only if it failed itself, took longer than
/// <see cref="OutboxOptions.CallTimeout"/>, or the process was killed before that was noted. A call whose
/// caller got the answer itself is not told: if the process is killed between the commit of the result and what the caller does with it, the entry alone has it (<see cref="IOutbox.FindAsync"/>).
/// </summary>
public interface IOutboxObserver
{
    /// <summary>A call has ended: <see cref="OutboxEntry.State"/> says how.</summary>
    /// <param name="kept">The call.</param>
    /// <param name="answer">The server's answer; null if there was none.</param>
    /// <param name="cancellationToken">Cancelled when its time is over, and when the host waits no longer for what is under way.</param>
    /// <returns>When it is noted. If it fails, it is told again later.</returns>
    Task OnEndedAsync(OutboxCall kept, OutboxAnswer? answer, CancellationToken cancellationToken);
}
