using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>How long a call may take in all.</summary>
public sealed class TotalTimeoutOptions
{
    internal static readonly Policy<TotalTimeoutOptions> Policy = new(
        "TotalTimeout",
        new TotalTimeoutOptionsValidator(),
        static (section, options) => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true),
        static (_, _) => null,
        static (client, options) => Describe(client.HttpClient.Timeout ?? options.Timeout));

    /// <summary>
    /// The longest that a call may take, from 10 milliseconds to 24 hours: queueing, attempts, the waits between them and the buffered body
    /// included. The default is 30 seconds.
    /// </summary>
    [Duration("00:00:00.010", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    // What is set on the client itself wins over what is set here.
    private static string Describe(TimeSpan timeout)
        => timeout == System.Threading.Timeout.InfiniteTimeSpan ? "TotalTimeout (none)" : $"TotalTimeout ({timeout.TotalSeconds:0.###} s)";
}

[OptionsValidator]
internal sealed partial class TotalTimeoutOptionsValidator : IValidateOptions<TotalTimeoutOptions>;
