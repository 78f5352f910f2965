namespace Resilience.Http.Tests;

internal static class Attempts
{
    public static Attempt Begin(ClientContext client, HttpRequestMessage request, CancellationToken caller, bool async = true, Deadline deadline = default, int number = 1)
    {
        var attempt = Attempt.Of(client, request, async);
        attempt.Deadline = deadline;
        return attempt.Begin(client, number, caller);
    }
}
