namespace Resilience.Http;

/// <summary>State of a partition that says itself whether it may be forgotten when it is idle; state that does not say so always may.</summary>
public interface IEvictable
{
    /// <summary>Whether new state would behave alike, so that this one may be forgotten when it is idle. One that may not is forgotten last, where there is no room.
    /// One that throws may not; its first exception goes to the log.</summary>
    bool CanBeForgotten { get; }

    /// <summary>
    /// It has been forgotten: requests that come from now on get new state, those that have this one may still use it. Called once, within a request of another partition or in the background, so it must not block.
    /// An exception goes to the log.
    /// </summary>
    void OnForgotten()
    {
    }
}
