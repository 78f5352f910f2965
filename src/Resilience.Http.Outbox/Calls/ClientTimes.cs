namespace Resilience.Http;

/// <summary>How much time has passed for a client, by more than one clock: whichever says most is right.</summary>
internal static class ClientTimes
{
    /// <param name="client">The client.</param>
    extension(OutboxClient client)
    {
        /// <summary>
        /// Tells later whether a time has passed since now, by the store's clock or on the wall: a clock between two looks at a server's stands still while the machine sleeps, and the one on the
        /// wall may have been set back.
        /// </summary>
        public Func<bool> HasPassed(TimeSpan longest) => client.HasPassed(client.Moment, longest);

        /// <summary>The same since a moment before, in which the store was asked: the machine may have slept until it has answered.</summary>
        public Func<bool> HasPassed(Moment since, TimeSpan longest)
        {
            var now = client.Store.Now;
            return () => client.Store.Now - now >= longest || client.PassedSince(since) >= longest;
        }

        /// <summary>Now, by the clocks of this machine.</summary>
        public Moment Moment => new(client.Time.GetTimestamp(), client.Time.GetUtcNow());

        /// <summary>What has passed since then, for those who cannot ask the store's clock: not yet, or not again before they go on.</summary>
        public TimeSpan PassedSince(Moment then)
        {
            var (here, onWall) = (client.Time.GetElapsedTime(then.Timestamp), client.Time.GetUtcNow() - then.Wall);
            return here > onWall ? here : onWall;
        }
    }
}
