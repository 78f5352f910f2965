using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>How long one attempt may take.</summary>
public sealed class AttemptTimeoutOptions
{
    /// <summary>
    /// The longest time for one attempt, from 10 milliseconds to 24 hours. An attempt ends with the response's headers, or with its body if the
    /// retry policy reads it inside the attempt. It gets less time if the call has less left. The default is 10 seconds, too short
    /// for calls that take long by nature: see <see cref="StandardPolicies.LongRunning"/>.
    /// </summary>
    [Duration("00:00:00.010", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}

[OptionsValidator]
internal sealed partial class AttemptTimeoutOptionsValidator : IValidateOptions<AttemptTimeoutOptions>;
