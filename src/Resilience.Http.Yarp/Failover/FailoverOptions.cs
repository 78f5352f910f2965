using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Whether a request goes to another destination of its cluster when it is sent again.</summary>
public sealed class FailoverOptions
{
    /// <summary>Whether it does. The default is true.</summary>
    public bool Enabled { get; set; } = true;
}

/// <summary>Any value is valid.</summary>
internal sealed class FailoverOptionsValidator : IValidateOptions<FailoverOptions>
{
    public ValidateOptionsResult Validate(string? name, FailoverOptions options) => ValidateOptionsResult.Success;
}
