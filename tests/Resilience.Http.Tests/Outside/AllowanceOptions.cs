using Microsoft.Extensions.Options;
using Resilience.Http;

namespace Outside;

public sealed class AllowanceOptions : PartitionOptions
{
    [Bounds(1, 1000)]
    public int Requests { get; set; } = 2;
}

[OptionsValidator]
public sealed partial class AllowanceOptionsValidator : IValidateOptions<AllowanceOptions>;
