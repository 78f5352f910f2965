namespace Resilience.Http;

/// <summary>What is stored in the entries of a client.</summary>
internal static class ClientEntries
{
    /// <param name="client">The client.</param>
    extension(OutboxClient client)
    {
        /// <exception cref="InvalidDataException">It cannot be decoded.</exception>
        public EntryContent ContentOf(OutboxRow row) => EntryContent.FromBytes(client.Options.Open(row, "request", row.Payload));

        public OutboxAnswer AnswerOf(OutboxRow row) => EntryAnswer.FromBytes(row.Status, client.Options.Open(row, "answer", row.Answer));

        /// <summary>An answer as it is stored. What the call came to is noted without it, if it cannot be encrypted.</summary>
        public ReadOnlyMemory<byte> SealAnswer(OutboxRow row, ReadOnlyMemory<byte> answer)
        {
            try
            {
                return client.Options.Seal(row, "answer", answer);
            }
            catch (OutboxUnavailableException e)
            {
                client.Telemetry.AnswerNotStored(row, e);
                return default;
            }
        }
    }
}
