using System.Net;

namespace TenantGateway;

/// <summary>The section <c>Gateway</c>.</summary>
internal sealed class GatewaySettings
{
    /// <summary>The configuration of tenants: a file, or an address of the configuration service.</summary>
    public string Tenants { get; set; } = "tenants.json";

    public TimeSpan MaxConfigurationAge { get; set; } = TimeSpan.FromMinutes(10);

    public int MaxConfigurationBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Where health and metrics are, on loopback.</summary>
    public int ManagementPort { get; set; } = 9090;

    /// <summary>Addresses of the proxies in front, whose <c>X-Forwarded-For</c> and <c>-Proto</c> count. There are none by default.</summary>
    public IList<string> KnownProxies { get; } = [];

    /// <summary>The name of the quota; gateways that name the same in one store share it.</summary>
    public string Quota { get; set; } = TenantGate.Client;

    /// <summary>How many gateways there are, as long as the store has not said.</summary>
    public int Instances { get; set; } = 1;

    public string Redis { get; set; } = string.Empty;

    public string Postgres { get; set; } = string.Empty;

    /// <summary>How many connections an address may have open; those of <see cref="KnownProxies"/> as many as they like.</summary>
    public int ConnectionsPerAddress { get; set; } = 1_000;

    public int UnknownKeysPerMinute { get; set; } = 30;

    public int UnknownKeyAddresses { get; set; } = 10_000;

    /// <summary>
    /// Headers that say which write is which, besides those with <c>idempoten</c> in their name: they get the tenant's id before them, as all tenants share one account of
    /// the upstream.
    /// </summary>
    public IList<string> IdempotencyHeaders { get; } = ["PayPal-Request-Id"];

    /// <summary>
    /// Headers of clients that go on to every upstream, besides those of HTTP itself; a route names its own in its metadata. None may be one by which an upstream chooses
    /// an account, a user or a method. There are none by default.
    /// </summary>
    public IList<string> PassedHeaders { get; } = [];

    /// <summary>What the gateway authorizes itself with, by cluster. Clients' own <c>Authorization</c> never reaches an upstream.</summary>
    public IDictionary<string, string> Authorization { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">A value is out of range; the message says which.</exception>
    public GatewaySettings Validated()
    {
        Require(MaxConfigurationAge > TimeSpan.Zero && MaxConfigurationBytes > 0, "MaxConfigurationAge and MaxConfigurationBytes must be more than zero");
        Require(ManagementPort is >= 0 and <= IPEndPoint.MaxPort, "ManagementPort must be a port");
        Require(KnownProxies.All(proxy => IPAddress.TryParse(proxy, out _)), "KnownProxies must be IP addresses");
        Require(Quota.Length is > 0 and <= 100 && Quota.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'), "Quota must be a name of letters, digits and '-', 100 at most");
        Require(Instances > 0 && UnknownKeysPerMinute > 0 && UnknownKeyAddresses > 0 && ConnectionsPerAddress > 0, "Instances, UnknownKeysPerMinute, UnknownKeyAddresses and ConnectionsPerAddress must be more than zero");
        Require(!PassedHeaders.Any(ClientHeaders.IsOfTheGateway), "PassedHeaders must not be those of the gateway");
        Require(Redis.Length == 0 || Postgres.Length == 0, "there is one store: Redis or Postgres");
        Require(!IsAddress(out var address) || address.Scheme == Uri.UriSchemeHttps || address.IsLoopback, "Tenants must be an address of https, or of this machine");
        return this;
    }

    /// <summary>Whether the configuration of tenants comes from a service.</summary>
    public bool IsAddress(out Uri address) => Uri.TryCreate(Tenants, UriKind.Absolute, out address!) && address.Scheme is "http" or "https";

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new InvalidOperationException($"The section Gateway is invalid: {rule}.");
    }
}
