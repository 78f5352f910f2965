namespace Resilience.Http;

/// <summary>What came of keeping an entry.</summary>
/// <param name="Row">The entry that is there now.</param>
/// <param name="IsNew">Whether it was not there before.</param>
/// <param name="FenceBefore">The fence that it had, where it was promised to one caller while another holds it; null otherwise.</param>
internal readonly record struct KeptRow(OutboxRow Row, bool IsNew, long? FenceBefore = null);
