namespace Resilience.Http;

/// <summary>How the caller learns that a call was kept.</summary>
public enum OutboxReply
{
    /// <summary>By an <see cref="OutboxKeptException"/>: a typed client would take a 202 for the answer that it expects.</summary>
    Exception,

    /// <summary>By a response with status 202 and the receipt in its body: <c>{"outbox":"…"}</c>. So too where a call was handed in before and has ended since.</summary>
    Accepted,
}
