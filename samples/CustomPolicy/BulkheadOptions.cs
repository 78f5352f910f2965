using Microsoft.Extensions.Options;

namespace CustomPolicy;

/// <summary>How much may be under way at once. What all partitioned policies have in common, <c>PartitionBy</c> for one, is the base's.</summary>
public sealed class BulkheadOptions : PartitionOptions
{
    /// <summary>Attempts under way at once in each partition, from 1 to 10,000. The default is 10.</summary>
    [Bounds(1, 10_000)]
    public int MaxConcurrency { get; set; } = 10;
}

[OptionsValidator]
internal sealed partial class BulkheadOptionsValidator : IValidateOptions<BulkheadOptions>;
