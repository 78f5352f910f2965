using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>How failures are turned into problems (RFC 9457).</summary>
public sealed class ProblemDetailsOptions
{
    /// <summary>Whether failures are thrown or returned. The default is <see cref="ProblemDetailsMode.Throw"/>.</summary>
    [Defined]
    public ProblemDetailsMode Mode { get; set; } = ProblemDetailsMode.Throw;

    /// <summary>
    /// The largest body of a failed response that is searched for a problem, in bytes, on the wire and unpacked; from 0, which searches
    /// none, to 16 MiB. A larger one counts as saying nothing beyond the status. The default is 64 KiB.
    /// </summary>
    [Bounds(0, 16 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// The longest that the body of a failed response is waited for, from 10 milliseconds to an hour, and never more than half of what the call
    /// has left; after that the problem is what the status says. The default is 5 seconds.
    /// </summary>
    [Duration("00:00:00.010", "01:00:00")]
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether a JSON response with a status below 400 is a failure if it has GraphQL <c>errors</c> and no <c>data</c>. Data beside errors is
    /// a partial answer and stays one. Bodies larger than <see cref="MaxBodyBytes"/> are not inspected. The default is false.
    /// </summary>
    public bool InspectGraphQL { get; set; }

    /// <summary>
    /// Whether a JSON response with a status below 400 is a failure if it says <c>"ok":false</c> with an <c>error</c>, as Slack does. Bodies
    /// larger than <see cref="MaxBodyBytes"/> are not inspected. The default is false.
    /// </summary>
    public bool InspectSlack { get; set; }

    /// <summary>
    /// Whether only answers of servers get the form. What was not answered, such as a timeout or an open circuit, then leaves as the exception that it is: for those who have a form of their own for it, as a
    /// proxy. The default is false.
    /// </summary>
    public bool AnswersOnly { get; set; }

    internal bool InspectsSuccess => InspectGraphQL || InspectSlack;
}

[OptionsValidator]
internal sealed partial class ProblemDetailsOptionsValidator : IValidateOptions<ProblemDetailsOptions>;
