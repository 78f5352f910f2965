using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>
/// The options of the standard set of one client, bound to its sections and then changed by the code that added the set. They are made as a whole,
/// so that this code runs once, and made again when a policy asks for its part again or the sections have changed.
/// </summary>
internal sealed class StandardSet<TSet>(string client, ResilientClientOptions chain, IReadOnlyList<StandardPart<TSet>> parts, Action<TSet>? configure) : IPolicyParts
    where TSet : class, new()
{
    private readonly Lock _lock = new();
    private readonly HashSet<Policy> _taken = [];
    private IReadOnlyList<Policy>? _policies;
    private TSet? _made;
    private string? _madeOf;

    /// <summary>The policies of the set, outermost first; they stay the same while the program runs.</summary>
    public IReadOnlyList<Policy> Policies
    {
        get
        {
            lock (_lock)
                return _policies ??= [.. parts.Where(part => part.In(Made()) is not null).Select(part => part.Policy)];
        }
    }

    public TOptions? Take<[DynamicallyAccessedMembers(PolicyOptions.Members)] TOptions>(Policy<TOptions> policy)
        where TOptions : class
    {
        lock (_lock)
        {
            if (!Policies.Contains(policy))
                return null;

            if (!_taken.Add(policy))
                _made = null;
            var made = Made();
            _taken.Add(policy);
            return (TOptions?)parts.Single(part => part.Policy == policy).In(made)
                ?? throw new OptionsValidationException(client, typeof(TOptions), [$"Client '{client}': {policy} was part of AddStandardPolicies when the client was made; it cannot be taken away while the program runs."]);
        }
    }

    private TSet Made()
    {
        var sections = ConfigurationValues.Of(chain.Sections);
        if (_made is not null && _madeOf == sections)
            return _made;

        _taken.Clear();
        var made = new TSet();
        foreach (var part in parts)
            part.Bind(made, chain.Sections, client);
        configure?.Invoke(made);
        (_made, _madeOf) = (made, sections);
        return made;
    }
}
