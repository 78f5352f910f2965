using Microsoft.Extensions.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace Resilience.Http;

/// <summary>The policies of one cluster, as a client of the registry. New metadata change their options and leave their state as it is.</summary>
internal sealed class ClusterPolicies : IDisposable
{
    private static readonly ClusterTransport Transport = new();

    private readonly ClusterMetadata _metadata;
    private readonly AddedClient _client;

    private ClusterPolicies(ClusterMetadata metadata, AddedClient client, string names)
    {
        (_metadata, _client, Names) = (metadata, client, names);
        Chain = new(client.CreateHandler(Transport), disposeHandler: false);
    }

    public HttpMessageInvoker Chain { get; }

    /// <summary>The policies that are named, in any order; others need another chain.</summary>
    public string Names { get; }

    public ResilientClientInfo Info => _client.Info;

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Metadata or sections are invalid.</exception>
    public static ClusterPolicies Create(string name, ClusterConfig cluster, ProxySettings settings, ResilienceRegistry registry)
    {
        var metadata = new ClusterMetadata();
        metadata.Read(cluster.Metadata);
        var root = new ConfigurationBuilder().Add(metadata).Build();
        IConfigurationSection[] sections = [.. SectionsOf(cluster, settings), root.GetSection(ClusterMetadata.Path)];
        var client = registry.Add(name, sections, standard => Configure(standard, settings), [FailoverPolicy.Instance]);
        return new(metadata, client, NamesIn(sections));
    }

    /// <summary>Sees whether the policies are valid, without having them.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">They are not.</exception>
    public static void Check(string name, ClusterConfig cluster, ProxySettings settings, ResilienceRegistry registry)
        => Create($"{name} (new)", cluster, settings, registry).Dispose();

    /// <summary>Whether the cluster is to have none.</summary>
    public static bool AreOff(ClusterConfig cluster, ProxySettings settings)
        => ClusterMetadata.AreOff(cluster.Metadata) || SectionsOf(cluster, settings).Any(section => ClusterMetadata.IsOff(section.Value));

    /// <summary>The policies that a cluster names.</summary>
    public static string NamesOf(ClusterConfig cluster, ProxySettings settings)
    {
        var metadata = new ClusterMetadata();
        metadata.Read(cluster.Metadata);
        return NamesIn([.. SectionsOf(cluster, settings), new ConfigurationBuilder().Add(metadata).Build().GetSection(ClusterMetadata.Path)]);
    }

    public void Update(ClusterConfig cluster) => _metadata.Read(cluster.Metadata);

    public void Dispose() => _client.Dispose();

    private static IEnumerable<IConfigurationSection> SectionsOf(ClusterConfig cluster, ProxySettings settings)
        => settings.Sections.SelectMany(section => new[] { section.GetSection("*"), section.GetSection(cluster.ClusterId) });

    private static string NamesIn(IEnumerable<IConfigurationSection> sections)
        => string.Join(' ', sections.SelectMany(section => section.GetChildren()).Select(child => child.Key.ToUpperInvariant()).Distinct().Order(StringComparer.Ordinal));

    // A proxy holds nothing back: bodies pass as they come, and so are sent once.
    private static void Configure(StandardPoliciesOptions standard, ProxySettings settings)
    {
        settings.Configure?.Invoke(standard);
        (standard.Retry.MaxBufferedRequestBytes, standard.Retry.ResponseBodies) = (0, ResponseBodies.None);
        standard.CircuitBreaker.PartitionBy ??= DestinationOf;
        standard.Retry.Budget?.PartitionBy ??= DestinationOf;
        standard.TokenBucket?.PartitionBy ??= DestinationOf;
    }

    private static string DestinationOf(HttpRequestMessage request) => ProxiedCall.Of(request)!.Destination.DestinationId;
}
