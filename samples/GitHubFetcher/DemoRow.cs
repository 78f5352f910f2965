using System.Globalization;
using GitHubFetcher.LookAlike;

namespace GitHubFetcher;

/// <summary>How one client fared with its look-alike.</summary>
internal sealed record DemoRow(string Client, int Repositories, Traffic Traffic, TimeSpan Took)
{
    public static string[] Columns { get; } = ["client", "repositories", "requests", "sent while limited", "403 by a limit", "other 403", "304", "cost", "seconds"];

    public string[] Cells =>
    [
        Client, $"{Report.Text(Repositories)} of {Report.Text(LookAlikeRepositories.Count)}", Report.Text(Traffic.Requests), Report.Text(Traffic.WhileLimited),
        Report.Text(Traffic.Refused), Report.Text(Traffic.Closed), Report.Text(Traffic.NotModified), Report.Text(Traffic.Spent), Took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),
    ];
}
