namespace GitHubFetcher.LookAlike;

/// <summary>What a look-alike saw of a client.</summary>
/// <param name="Requests">All requests.</param>
/// <param name="WhileLimited">Those sent although it had said that there was no point in it.</param>
/// <param name="Refused">Those it answered with a 403 that is a limit.</param>
/// <param name="Served">Those that were not sent while it was limited.</param>
/// <param name="Spent">Those that cost something of the limit.</param>
/// <param name="NotModified">Those it answered with 304.</param>
/// <param name="Closed">Those it answered with a 403 that is no limit.</param>
internal readonly record struct Traffic(int Requests, int WhileLimited, int Refused, int Served, int Spent, int NotModified, int Closed)
{
    public Traffic Add(bool isLimited) => this with { Requests = Requests + 1, WhileLimited = WhileLimited + (isLimited ? 1 : 0) };

    public Traffic Since(Traffic earlier) => new(
        Requests - earlier.Requests, WhileLimited - earlier.WhileLimited, Refused - earlier.Refused, Served - earlier.Served,
        Spent - earlier.Spent, NotModified - earlier.NotModified, Closed - earlier.Closed);
}
