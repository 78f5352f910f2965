namespace Resilience.Http.Tests;

/// <summary>Takes snapshots as a call does.</summary>
internal static class Snapshots
{
    public static RequestSnapshot Of(HttpRequestMessage request)
    {
        var snapshot = new RequestSnapshot();
        snapshot.Take(request, now: 0);
        return snapshot;
    }
}
