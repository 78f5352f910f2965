using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http;

/// <summary>A client that was registered with an outbox.</summary>
internal sealed record OutboxClientName(string Value)
{
    public static IEnumerable<string> In(IServiceProvider services) => services.GetServices<OutboxClientName>().Select(name => name.Value);
}
