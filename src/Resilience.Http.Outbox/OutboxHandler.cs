namespace Resilience.Http;

/// <summary>Keeps calls with a key: before they are made, or when they have failed. Kept calls that are made later come by here too, marked.</summary>
internal sealed class OutboxHandler : PolicyHandler
{
    private readonly OutboxClient _client;
    private readonly WriteAheadCalls _writeAhead;
    private readonly FailedCalls _failed;

    public OutboxHandler(PolicyContext<OutboxOptions> context)
        : base(context.Client, takesPartInAttempts: false)
    {
        _client = context.State(() => new OutboxClient(context));
        (_writeAhead, _failed) = (new(_client), new(_client));
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var named = request.GetIdempotencyKey(_client.KeyOptions);
        var settings = OutboxSettings.Of(request, _client.Name, named);
        if (settings?.Delivery is { } delivery)
            return Ended(delivery.RunAsync(request, attempt.Deadline, () => SendInnerAsync(request, attempt, cancellationToken)), attempt.IsAsync);
        if (settings is { IsDisabled: true } || named is not { } key)
            return SendInnerAsync(request, attempt, cancellationToken);

        // So that what is sent is counted.
        _ = OutboxSettings.For(request);
        var call = new KeyedCall(request, key, attempt.Deadline, () => SendInnerAsync(request, attempt, cancellationToken), cancellationToken);
        return Ended(_client.Options.Mode is OutboxMode.WriteAhead ? _writeAhead.SendAsync(call) : _failed.SendAsync(call), attempt.IsAsync);
    }

    private static Task<HttpResponseMessage> Ended(Task<HttpResponseMessage> call, bool async)
    {
        if (!async)
            Block(call);
        return call;
    }

    private static void Block(Task call) => Task.WaitAny(call);
}
