namespace Resilience.Http.Tests;

/// <summary>What happens to the connection once everything a reply sends has been sent.</summary>
internal enum Ending
{
    KeepAlive,
    Close,
    Reset,
    Stall,
}
