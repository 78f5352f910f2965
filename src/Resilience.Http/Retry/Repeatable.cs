namespace Resilience.Http;

/// <summary>Which outcomes another attempt could fix, and which requests may be repeated.</summary>
internal enum Repeatable
{
    /// <summary>None: the next attempt would fare no better.</summary>
    Never,

    /// <summary>Those that carry an honoured idempotency key.</summary>
    IfKeyed,

    /// <summary>Those that are idempotent or carry an honoured idempotency key: the server may have acted on this one.</summary>
    IfSafe,

    /// <summary>All: it is proven that the server did not act on this one.</summary>
    Always,
}
