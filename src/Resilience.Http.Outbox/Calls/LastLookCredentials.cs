using System.Net.Http.Headers;

namespace Resilience.Http;

/// <summary>Stands for the credentials of a request, with a <see cref="LastLook"/>.</summary>
internal sealed class LastLookCredentials(AuthenticationHeaderValue written, OutboxSettings settings) : AuthenticationHeaderValue(written.Scheme, written.Parameter)
{
    public override string ToString()
    {
        settings.ThrowIfTooLate();
        return written.ToString();
    }
}
