namespace Resilience.Http;

/// <summary>What one verb has added to a chain.</summary>
/// <param name="policies">Gives the policies of the client of this name, outermost first.</param>
internal sealed class ChainEntry(Func<string, ResilientClientOptions, IReadOnlyList<Policy>> policies)
{
    public IReadOnlyList<Policy> PoliciesFor(string client, ResilientClientOptions chain) => policies(client, chain);
}
