namespace Resilience.Http;

/// <summary>
/// The token of a content that is copied. It is not told when the wire has ended, as it would give up what it could still finish; only when nobody waits for it any more.
/// Never disposed: the content may use it for longer than we know.
/// </summary>
internal struct ContentToken
{
    private CancellationTokenSource? _source;

    public CancellationToken Token => (_source ??= new()).Token;

    public readonly bool Is(CancellationToken token) => _source is { } source && source.Token == token;

    public readonly void LetGo() => _source?.CancelAsync().LetGo();
}
