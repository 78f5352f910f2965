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
        public Func<bool> HasPassed(TimeSpan longest)
        {
            var (now, wall) = (client.Store.Now, client.Time.GetUtcNow());
            return () => client.Store.Now - now >= longest || client.Time.GetUtcNow() - wall >= longest;
        }

        /// <summary>What has passed since then, for those who cannot ask the store's clock yet.</summary>
        public TimeSpan PassedSince(long timestamp, DateTimeOffset wall)
        {
            var (here, onWall) = (client.Time.GetElapsedTime(timestamp), client.Time.GetUtcNow() - wall);
            return here > onWall ? here : onWall;
        }
    }
}
