using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Resilience.Http.Yarp.Tests;

/// <summary>What a test has otherwise than usual.</summary>
internal sealed record GatewaySettings
{
    /// <summary>No wait between attempts; the first destination is always chosen first.</summary>
    public Dictionary<string, string> Metadata { get; init; } = new() { ["Resilience.Retry.BaseDelay"] = "00:00:00" };

    public string PathPrefix { get; init; } = string.Empty;

    public Func<int, string?> HostOf { get; init; } = static _ => null;

    public Func<int, string> IdOf { get; init; } = static index => $"d{index}";

    public string Balancing { get; init; } = "FirstAlphabetical";

    public HealthCheckConfig? Health { get; init; }

    public SessionAffinityConfig? Affinity { get; init; }

    public IReadOnlyList<IReadOnlyDictionary<string, string>>? Transforms { get; init; }

    public ForwarderRequestConfig? Request { get; init; }

    public HttpProtocols Protocols { get; init; } = HttpProtocols.Http1;

    public IConfigurationSection? Section { get; init; }

    public Action<StandardPoliciesOptions>? Configure { get; init; }

    public Action<IReverseProxyBuilder> Before { get; init; } = static _ => { };

    public Action<IReverseProxyBuilder> After { get; init; } = static _ => { };

    public RouteConfig Route => new() { RouteId = "r", ClusterId = "c", Match = new() { Path = "{**all}" }, Transforms = Transforms };

    /// <summary>The same with further metadata, the names without their prefix.</summary>
    public GatewaySettings With(params (string Name, string Value)[] metadata) => this with
    {
        Metadata = new(Metadata.Concat(metadata.Select(item => KeyValuePair.Create($"Resilience.{item.Name}", item.Value))).GroupBy(item => item.Key).Select(item => item.Last())),
    };

    public ClusterConfig ClusterOf(string[] addresses) => new()
    {
        ClusterId = "c",
        LoadBalancingPolicy = Balancing,
        Metadata = Metadata,
        HealthCheck = Health,
        SessionAffinity = Affinity,
        HttpRequest = Request,
        Destinations = addresses.Index().ToDictionary(item => IdOf(item.Index), item => new DestinationConfig { Address = item.Item + PathPrefix, Host = HostOf(item.Index) }),
    };
}
