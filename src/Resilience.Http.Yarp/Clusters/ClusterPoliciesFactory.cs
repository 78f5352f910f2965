using System.Net;
using Microsoft.Extensions.Configuration;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Resilience.Http;

/// <summary>Makes the policies of clusters, from what all have, the sections and the metadata.</summary>
internal sealed class ClusterPoliciesFactory(ProxySettings settings, ResilienceRegistry registry, IForwarderHttpClientFactory clients) : IDisposable
{
    private readonly Lock _checking = new();
    private readonly ClusterTransport _transport = new(isOfYarp: clients.GetType().Assembly == typeof(IForwarderHttpClientFactory).Assembly);

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Metadata or sections are invalid.</exception>
    public ClusterPolicies Create(string name, ClusterConfig cluster)
    {
        var metadata = new ClusterMetadata();
        IConfigurationSection[] sections = [.. SectionsOf(cluster), metadata.SectionOf(cluster.Metadata)];
        var names = NamesIn(sections);
        var client = registry.Add(name, [.. sections.Select(section => new PolicySection(section, names))], Configure, [FailoverPolicy.Instance]);
        return new(metadata, client, names, _transport);
    }

    /// <summary>Sees whether the policies are valid, without having them. One at a time: a change of YARP's configuration and a request may look at the same ones.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">They are not.</exception>
    public void Check(string name, ClusterConfig cluster)
    {
        lock (_checking)
            Create($"{name} (new)", cluster).Dispose();
    }

    /// <summary>Whether the cluster is to have none.</summary>
    public bool AreOff(ClusterConfig cluster) => ClusterMetadata.AreOff(cluster.Metadata) || SectionsOf(cluster).Any(static section => ClusterMetadata.IsOff(section.Value));

    /// <summary>The policies that a cluster names.</summary>
    public string NamesOf(ClusterConfig cluster) => NamesIn([.. SectionsOf(cluster), new ClusterMetadata().SectionOf(cluster.Metadata)]);

    public void Dispose() => _transport.Dispose();

    private static string NamesIn(IEnumerable<IConfigurationSection> sections)
        => string.Join(' ', sections.SelectMany(static section => section.GetChildren()).Select(static child => child.Key.ToUpperInvariant()).Distinct().Order(StringComparer.Ordinal));

    private static string DestinationOf(HttpRequestMessage request) => ProxiedCall.Of(request)!.Destination.DestinationId;

    // What a destination has against one client, such as 408 or 429, is no reason to leave it alone: any client could close it for all others.
    private static bool IsFailureOfDestination(AttemptResult result) => result.Outcome switch
    {
        { Response.StatusCode: var status } => status >= HttpStatusCode.InternalServerError && status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported),
        { Kind: var kind } => kind is OutcomeKind.Timeout or OutcomeKind.ConnectionFailed,
    };

    // A client's body that is refused while it is sent looks like a lost connection, and so does the name that a client calls, where the destination has no certificate for it.
    private static bool IsAboutClient(AttemptResult result) => result.WasBodyCutOff
        || (result.Outcome.Exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            && result.Request.Headers.Host is { } name
            && string.Equals(name, ProxiedCall.Of(result.Request)!.Context.Request.Host.Value, StringComparison.OrdinalIgnoreCase));

    private IEnumerable<IConfigurationSection> SectionsOf(ClusterConfig cluster)
        => settings.Sections.SelectMany(section => new[] { section.GetSection("*"), section.GetSection(cluster.ClusterId) });

    // A proxy holds nothing back: bodies pass as they come, and so are sent once.
    private void Configure(StandardPoliciesOptions standard)
    {
        settings.Configure?.Invoke(standard);
        (standard.Retry.MaxBufferedRequestBytes, standard.Retry.ResponseBodies) = (0, ResponseBodies.None);
        // An answer stays what it is, and what was not answered has the proxy's own form, which names nobody.
        if (standard.ProblemDetails is { } problems)
            (problems.Mode, problems.AnswersOnly) = (ProblemDetailsMode.Respond, true);
        standard.CircuitBreaker.PartitionBy ??= DestinationOf;
        var own = standard.CircuitBreaker.IsFailure;
        standard.CircuitBreaker.IsFailure = result => own?.Invoke(result) ?? IsFailureOfDestination(result);
        standard.CircuitBreaker.IsIgnored ??= IsAboutClient;
        standard.Retry.Budget?.PartitionBy ??= DestinationOf;
        standard.TokenBucket?.PartitionBy ??= DestinationOf;
    }
}
