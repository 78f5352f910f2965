using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>How long a call may take in all.</summary>
public sealed class TotalTimeoutOptions
{
    /// <summary>
    /// The longest time for a call, from 10 milliseconds to 24 hours: queueing, attempts, the waits between them and the buffered body included.
    /// The default is 30 seconds.
    /// </summary>
    [Duration("00:00:00.010", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}

[OptionsValidator]
internal sealed partial class TotalTimeoutOptionsValidator : IValidateOptions<TotalTimeoutOptions>;
