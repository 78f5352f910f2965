namespace Resilience.Http.Testing;

/// <summary>What happens to the connection once everything that a reply sends has been sent.</summary>
internal enum ReplyEnding
{
    KeepAlive,
    Close,
    Reset,
    Stall,
}
