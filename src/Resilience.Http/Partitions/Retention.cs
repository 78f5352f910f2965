namespace Resilience.Http;

/// <summary>How much the state of a partition is worth keeping.</summary>
internal enum Retention
{
    /// <summary>A fresh one would behave alike: it goes when it is idle.</summary>
    None,

    /// <summary>It stays though it is idle, and goes only where there is no room.</summary>
    WhileThereIsRoom,

    /// <summary>It stays.</summary>
    Always,
}
