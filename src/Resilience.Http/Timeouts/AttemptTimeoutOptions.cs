using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>How long one attempt may take.</summary>
public sealed class AttemptTimeoutOptions
{
    /// <summary>
    /// The longest that one attempt may take, from 10 milliseconds to 24 hours, to the end of the response's headers and, where the retry
    /// policy reads the body inside the attempt, of its body. Less time is given when the call has less left. The default is 10 seconds.
    /// </summary>
    [Duration("00:00:00.010", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}

[OptionsValidator]
internal sealed partial class AttemptTimeoutOptionsValidator : IValidateOptions<AttemptTimeoutOptions>;
