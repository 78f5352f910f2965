namespace Resilience.Http.Testing;

/// <summary>What a script does with one request.</summary>
/// <param name="Reply">The reply; null if it depends on the request.</param>
/// <param name="Choose">Makes the reply then.</param>
/// <param name="Lasting">How long it answers every request; zero for one.</param>
internal sealed record ScriptStep(Reply? Reply, Func<UpstreamAttempt, Reply>? Choose = null, TimeSpan Lasting = default)
{
    /// <summary>Whether the body of the request is taken down; else the reply reads it.</summary>
    public bool RecordsBody => Reply?.Answer is null;

    public Reply ReplyTo(UpstreamAttempt attempt) => Reply ?? Choose!(attempt);
}
