namespace Resilience.Http;

/// <summary>The store of a quota does not answer any more, or does again.</summary>
public sealed class QuotaStoreChange : ClientEvent
{
    internal QuotaStoreChange(ClientContext client, bool isLost)
        : base(client) => IsLost = isLost;

    /// <summary>Whether it does not answer, so that <see cref="QuotaOptions.Fallback"/> counts.</summary>
    public bool IsLost { get; }

    /// <summary>What has happened.</summary>
    /// <returns>Such as <c>the store of the quota does not answer</c>.</returns>
    public override string ToString() => IsLost ? "the store of the quota does not answer" : "the store of the quota answers again";
}
