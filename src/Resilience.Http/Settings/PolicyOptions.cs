using System.Diagnostics.CodeAnalysis;

namespace Resilience.Http;

/// <summary>What trimming must leave of options, which are made by their constructor and whose keys are their properties.</summary>
internal static class PolicyOptions
{
    public const DynamicallyAccessedMemberTypes Members = DynamicallyAccessedMemberTypes.PublicParameterlessConstructor | DynamicallyAccessedMemberTypes.PublicProperties;
}
