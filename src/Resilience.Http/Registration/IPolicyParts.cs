using System.Diagnostics.CodeAnalysis;

namespace Resilience.Http;

/// <summary>Makes the options of several policies at once.</summary>
internal interface IPolicyParts
{
    /// <summary>The options for a policy, to be changed by the caller; null if the policy is none of these.</summary>
    TOptions? Take<[DynamicallyAccessedMembers(PolicyOptions.Members)] TOptions>(Policy<TOptions> policy)
        where TOptions : class;
}
