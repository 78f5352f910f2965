using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace Resilience.Http;

/// <param name="policy">The policy.</param>
/// <param name="get">The options in the set.</param>
/// <param name="add">Adds new options to the set; null for a policy that is always in it.</param>
internal sealed class StandardPart<TSet, [DynamicallyAccessedMembers(PolicyOptions.Members)] TOptions>(
    Policy<TOptions> policy, Func<TSet, TOptions?> get, Action<TSet>? add = null) : StandardPart<TSet>(policy)
    where TOptions : class
{
    public override bool IsOptional => add is not null;

    public override object? In(TSet set) => get(set);

    public override void Bind(TSet set, IReadOnlyList<IConfigurationSection> sections, string client)
    {
        if (ClientSections.Name(sections, policy))
            add?.Invoke(set);
        if (get(set) is { } options)
            policy.BindTo(options, sections, client);
    }
}
