using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>
/// How many retries a client may spend. A retry takes 1 token, after a timeout 2; when too few are left, the call ends with the response
/// or exception that it has. A call that succeeds at once deposits <see cref="DepositPerSuccess"/>; one that succeeds by a retry gets
/// back what that retry took. The defaults help in full while up to a third of the attempts fail; in an outage at most
/// <see cref="Capacity"/> retries are sent, then none until something succeeds. A retry after a redirect to another authority is paid from the budget of the target, and from
/// one that all targets of the redirecting authority share, so that new names of hosts are no new tokens.
/// </summary>
public sealed class RetryBudgetOptions : PartitionOptions
{
    /// <summary>Tokens at the start and at most, from 1 to 1,000,000. A reload keeps the tokens that are left. The default is 50.</summary>
    [Bounds(1, 1_000_000)]
    public int Capacity { get; set; } = 50;

    /// <summary>
    /// Tokens that a call deposits when its first attempt succeeds, from 0 to 100, in steps of a millionth; at 0 the budget only gets back
    /// what successful retries took. The default is 0.2: five successes pay for one retry.
    /// </summary>
    [Bounds(0, 100)]
    public double DepositPerSuccess { get; set; } = 0.2;
}

[OptionsValidator]
internal sealed partial class RetryBudgetOptionsValidator : IValidateOptions<RetryBudgetOptions>;
