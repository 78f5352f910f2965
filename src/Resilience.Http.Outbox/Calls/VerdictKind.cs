namespace Resilience.Http;

/// <summary>What is to be done with an entry after a try.</summary>
internal enum VerdictKind
{
    /// <summary>The server did it.</summary>
    Done,

    /// <summary>The server's final answer was no.</summary>
    Declined,

    /// <summary>No try will help, and nobody has to be asked.</summary>
    Dead,

    /// <summary>Try again, with the same key.</summary>
    Again,

    /// <summary>The key no longer helps: whether it was done, only the server can say.</summary>
    Ask,
}
