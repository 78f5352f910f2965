using System.Reflection;

namespace Resilience.Http.Tests;

/// <summary>What SocketsHttpHandler throws where it knows that the server has ignored a request: only an internal property says so.</summary>
internal static class Refusals
{
    public static HttpRequestException Of(long error)
    {
        var make = typeof(HttpRequestException).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single();
        var again = Enum.Parse(make.GetParameters()[^1].ParameterType, "RetryOnConnectionFailure");
        return (HttpRequestException)make.Invoke([HttpRequestError.HttpProtocolError, "refused", new HttpProtocolException(error, "stream", null), again]);
    }
}
