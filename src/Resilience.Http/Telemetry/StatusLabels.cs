using System.Globalization;
using System.Net;

namespace Resilience.Http;

/// <summary>Status codes as text, made once.</summary>
internal static class StatusLabels
{
    private static readonly string?[] Known = new string?[600];

    public static string Of(HttpStatusCode status)
        => (int)status is >= 0 and < 600 and var code
            ? Known[code] ??= code.ToString(CultureInfo.InvariantCulture)
            : "_OTHER";
}
