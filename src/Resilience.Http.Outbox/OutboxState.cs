namespace Resilience.Http;

/// <summary>What has become of a kept call.</summary>
public enum OutboxState
{
    /// <summary>It has no final answer yet: it waits for its time, or is being sent.</summary>
    Waiting,

    /// <summary>The server did what was asked.</summary>
    Done,

    /// <summary>The server's final answer was no, such as 402 for a declined card: sending it again would not help.</summary>
    Declined,

    /// <summary>A dead letter: nobody sends it again unless a person says so. The reason stands beside it.</summary>
    Dead,

    /// <summary>It was cancelled. A try before may have reached the server: see <c>FirstSentAt</c>.</summary>
    Cancelled,
}
