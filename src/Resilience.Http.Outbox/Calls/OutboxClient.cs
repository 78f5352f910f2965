using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>What the outbox knows of one client. Outlives the handlers; safe for concurrent use.</summary>
internal sealed class OutboxClient
{
    private readonly PolicyContext<OutboxOptions> _context;
    private readonly IServiceProvider _services;
    private readonly Lazy<ResilientClientInfo> _info;
    private readonly Lazy<string?> _ownAuthority;

    public OutboxClient(PolicyContext<OutboxOptions> context)
    {
        _context = context;
        _services = context.Services ?? throw new InvalidOperationException("The outbox needs a container: its store and its drain are services.");
        Store = _services.GetRequiredService<IOutboxStore>();
        Services = new(_services, Name);
        Telemetry = new(context.Client);
        (Leases, SentKeys, Unstored) = (new(this), new(this), new(this));
        _info = new(() => _services.GetRequiredService<ResilienceRegistry>()[Name], LazyThreadSafetyMode.PublicationOnly);
        // A failure is not remembered: what sets up the client may be out of reach for a while.
        _ownAuthority = new(() => Base is { } address ? Authority.Of(address) : null, LazyThreadSafetyMode.PublicationOnly);
    }

    public string Name => _context.Client.Name;

    public OutboxOptions Options => _context.Options;

    public TimeProvider Time => _context.Client.Time;

    public IOutboxStore Store { get; }

    public OutboxTelemetry Telemetry { get; }

    public CallerLeases Leases { get; }

    public UnstoredHeaders Unstored { get; }

    public SentKeys SentKeys { get; }

    public ToldObservers Told { get; } = new();

    public OutboxDrain Drain => _services.GetRequiredService<OutboxDrain>();

    /// <summary>Those in force: a reload of the client's section reaches them there only. Of a policy of one's own by that name, those that were registered.</summary>
    public IdempotencyKeyOptions KeyOptions => _info.Value.FindOptions(IdempotencyKeyPolicy.Instance) ?? _services.GetRequiredService<IOptionsMonitor<IdempotencyKeyOptions>>().Get(Name);

    public IdempotencyProfile Profile => KeyOptions.Profile;

    public KeyLife KeyLife => KeyLife.Of(Options, Profile);

    /// <summary>For how long a drain holds an entry: longer than whatever it does with it may take.</summary>
    public TimeSpan Lease => Options.CallTimeout + Options.LeaseMargin;

    public OutboxServices Services { get; }

    private Uri? Base => CreateClient().BaseAddress;

    public HttpClient CreateClient() => _services.GetRequiredService<IHttpClientFactory>().CreateClient(Name);

    /// <summary>The absolute address of a request.</summary>
    /// <exception cref="OutboxUnavailableException">It is none, or calls may not go there.</exception>
    public Uri AddressOf(HttpRequestMessage request)
    {
        var address = request.RequestUri switch
        {
            { IsAbsoluteUri: true } absolute => absolute,
            var relative when Base is { } known => relative is null ? known : new(known, relative),
            _ => throw new OutboxUnavailableException($"Client '{Name}': the call was not kept, because it has no absolute address and the client no base address."),
        };
        return MayGoTo(address) ? address : throw new OutboxUnavailableException($"Client '{Name}': the call was not kept, because calls may not go to {Authority.Of(address)}: {WhereTo()}.");
    }

    public bool MayGoTo(Uri address)
    {
        var (authority, allowed) = (Authority.Of(address), Options.AllowedAuthorities);
        return allowed.Count > 0 ? allowed.Any(other => Authority.Of(other) == authority) : authority == _ownAuthority.Value;
    }

    /// <summary>Whether a caller's call is kept after this, rather than left to the caller. Where nobody could be asked, the caller knows best.</summary>
    public bool KeepsAfter(Verdict verdict) => verdict.Kind is VerdictKind.Again || (verdict.Kind is VerdictKind.Ask && Services.HasReconciler);

    /// <summary>Before a time is taken from the store's clock, which is another than this machine's.</summary>
    /// <exception cref="OutboxUnavailableException">It cannot be opened.</exception>
    public Task OpenAsync(CancellationToken cancellationToken) => Store.OpenAsync(cancellationToken).WaitAsync(cancellationToken);

    /// <summary>A new entry, sealed, that waits and is due now.</summary>
    public OutboxRow NewRow(EntryContent content, Uri address, string key, string? orderingKey)
    {
        var now = Store.Now;
        var row = new OutboxRow
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Client = Name,
            Key = key,
            Destination = content.Head.Partition is { } partition ? PartitionName.Of(partition) : Authority.Of(address),
            OrderingKey = orderingKey,
            Fingerprint = default,
            KeptAt = now,
            DueAt = now,
            Fence = NewFence(),
        };
        return row with { Fingerprint = Options.Seal(row, "fingerprint", content.Fingerprint()), Payload = Options.Seal(row, "request", content.ToBytes()) };
    }

    /// <summary>Puts back what was not stored. What the callback throws is a failed try.</summary>
    public void Restore(HttpRequestMessage request, OutboxCall call)
    {
        try
        {
            Options.OnRestore?.Invoke(request, call);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Telemetry.RestoreFailed(call.Entry.Row, e);
            throw new HttpRequestException(HttpRequestError.UserAuthenticationError, "OnRestore failed.", e);
        }
    }

    public TimeSpan WaitAfter(int tries, TimeSpan? advised) => Waits.After(tries, advised, Options, _context.Client.Draw());

    public static long NewFence() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    private string WhereTo() => (Options.AllowedAuthorities, _ownAuthority.Value) switch
    {
        ({ Count: > 0 } allowed, _) => $"Outbox.AllowedAuthorities has {string.Join(", ", allowed)}",
        (_, { } own) => $"Outbox.AllowedAuthorities has none, and the base address is at {own}",
        _ => "Outbox.AllowedAuthorities has none, and the client has no base address",
    };
}
