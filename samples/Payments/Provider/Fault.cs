namespace Payments;

internal enum Fault
{
    None,
    FailBefore,
    StoredFailure,
    CommitThenReset,
    StallBefore,
}
