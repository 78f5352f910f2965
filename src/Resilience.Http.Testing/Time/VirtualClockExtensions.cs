using System.Globalization;

namespace Resilience.Http.Testing;

/// <summary>Lets virtual time pass until something has come of it.</summary>
public static class VirtualClockExtensions
{
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="clock">The clock.</param>
    extension(VirtualClock clock)
    {
        /// <summary>
        /// Steps from timer to timer until the task has ended. Before each step everything that needs no clock is let run: what runs on any thread since the
        /// clock was made, in the same execution context, and what scripted upstreams have begun. Work that the clock cannot see, such as a call of a real
        /// server, may be overtaken by its timeout.
        /// </summary>
        /// <param name="task">What to wait for.</param>
        /// <param name="within">How much virtual time may pass. The default is a day.</param>
        /// <returns>A task that ends as the given one does.</returns>
        /// <exception cref="TimeoutException">The task had not ended by then, or waits, for half a minute of real time, for something that is not on the clock.</exception>
        public Task AdvanceUntilAsync(Task task, TimeSpan? within = null)
        {
            ArgumentNullException.ThrowIfNull(task);
            var advancing = clock.AdvanceUntilAsync(task, within ?? OneDay);
            // From here on, if the clock was made elsewhere.
            clock.Activity.Flow.IsFollowed = true;
            return advancing;
        }

        private async Task AdvanceUntilAsync(Task task, TimeSpan limit)
        {
            for (var (start, mayHop) = (clock.GetTimestamp(), true); !task.IsCompleted;)
            {
                // The timers that it has fired may have led their thread, this one, into the context of the call.
                clock.Activity.Flow.IsFollowed = false;
                await clock.Activity.QuietAsync(task, mayHop).ConfigureAwait(false);
                var (happened, armed) = (clock.Activity.Next, clock.Activity.Armed);
                if (task.IsCompleted)
                    break;
                if (clock.Pending is not [var next, ..])
                    await clock.WaitForRealAsync(Task.WhenAny(task, happened)).ConfigureAwait(false);
                else if (clock.GetElapsedTime(start) + next > limit)
                    throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"The task did not end within {limit.TotalSeconds:0.###} s of virtual time; the next timer is due in {next.TotalSeconds:0.###} s."));
                else
                    clock.AdvanceToNextTimer();
                // What waits for a timer again, when its own has fired, has stayed on this thread.
                mayHop = armed == clock.Activity.Armed;
            }

            await task.ConfigureAwait(false);
        }

        /// <inheritdoc cref="extension(VirtualClock).AdvanceUntilAsync(Task, TimeSpan?)"/>
        /// <typeparam name="T">What the task gives.</typeparam>
        /// <returns>What the task gives.</returns>
        public async Task<T> AdvanceUntilAsync<T>(Task<T> task, TimeSpan? within = null)
        {
            await clock.AdvanceUntilAsync((Task)task, within).ConfigureAwait(false);
            return await task.ConfigureAwait(false);
        }

        private async Task WaitForRealAsync(Task happening)
        {
            try
            {
                await happening.WaitAsync(Patience, TimeProvider.System).ConfigureAwait(false);
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"The task has not ended, and no timer is armed on the clock ({clock.GetUtcNow():O}): it waits for something that does not run on virtual time.", e);
            }
        }

        /// <summary>Waits, in real time, until a timer is armed.</summary>
        /// <param name="cancellationToken">Gives up.</param>
        /// <returns>The time left until the next one is due.</returns>
        public async Task<TimeSpan> WaitForTimerAsync(CancellationToken cancellationToken = default)
            => (await clock.WaitForTimersAsync(1, cancellationToken).ConfigureAwait(false))[0];

        /// <summary>Waits, in real time, until so many timers are armed at once.</summary>
        /// <param name="count">How many.</param>
        /// <param name="cancellationToken">Gives up.</param>
        /// <returns>The time left of each, the next one first.</returns>
        public async Task<IReadOnlyList<TimeSpan>> WaitForTimersAsync(int count, CancellationToken cancellationToken = default)
        {
            while (true)
            {
                var happened = clock.Activity.Next;
                if (clock.Pending is var pending && pending.Count >= count)
                    return pending;

                await happened.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
