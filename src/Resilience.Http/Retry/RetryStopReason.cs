namespace Resilience.Http;

/// <summary>Why a call was not, or not again, retried.</summary>
public enum RetryStopReason
{
    /// <summary>The last attempt succeeded, or failed in a way that another attempt would not fix.</summary>
    Final,

    /// <summary>Every attempt that the options allow was used.</summary>
    AttemptsUsedUp,

    /// <summary>The server may have acted on the request, and its method is not idempotent nor does it carry an honoured idempotency key.</summary>
    NotRepeatable,

    /// <summary>The request's body can be read only once.</summary>
    BodyNotReplayable,

    /// <summary>
    /// The server says that a request with this idempotency key was processed, and an attempt before this one may have been: the response is a conflict, but what was asked is done.
    /// </summary>
    AlreadyDone,

    /// <summary>The server replays the failure it stored for this idempotency key.</summary>
    FailureReplayed,

    /// <summary>The server said that another attempt would not help (<c>x-should-retry: false</c>).</summary>
    ServerSaidNo,

    /// <summary>The server asks for a longer wait than the options allow.</summary>
    AdviceTooLong,

    /// <summary>The wait would have ended after the call's deadline.</summary>
    DeadlineTooClose,

    /// <summary>The retry budget is empty: too much of the recent traffic fails.</summary>
    BudgetEmpty,

    /// <summary>This client rejected the request: its circuit is open, or its own limit was reached.</summary>
    Rejected,

    /// <summary>The caller gave up.</summary>
    Cancelled,

    /// <summary>The call's total timeout was over during its last attempt or wait.</summary>
    DeadlinePassed,
}
