using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>Stands for what a request says to caches, with a <see cref="LastLook"/>. One that says nothing says that nothing is to be stored.</summary>
internal sealed class LastLookCaching(CacheControlHeaderValue? written, OutboxSettings settings) : CacheControlHeaderValue
{
    public override string ToString()
    {
        settings.ThrowIfTooLate();
        return written?.ToString() ?? "no-store";
    }
}
