namespace Resilience.Http;

/// <summary>State of a partition that says itself whether it may be forgotten when it is idle; state that does not say so always may.</summary>
public interface IEvictable
{
    /// <summary>Whether new state would behave alike, so that this one may be forgotten.</summary>
    bool CanBeForgotten { get; }
}
