using Anthropic;
using Anthropic.Models.Messages;

namespace Resilience.Http.Sdk.Tests;

public sealed class AnthropicTests : StreamingSdkContract
{
    private protected override string Name => "Anthropic";

    private protected override Reply Answer => Json(
        """
        {"id":"a","type":"message","role":"assistant","model":"m","display_name":"M","created_at":"2026-01-01T00:00:00Z",
         "content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}
        """);

    private protected override string FirstMessage => Event("Hello");

    private protected override string OtherMessages => Event(" world") + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

    private protected override Task ReadAsync(SdkHost host) => Client(host).Models.Retrieve("m", cancellationToken: host.Cancelled);

    private protected override Task WriteAsync(SdkHost host) => Client(host).Messages.Create(Question(), host.Cancelled);

    private protected override async IAsyncEnumerable<string> StreamAsync(SdkHost host)
    {
        await foreach (var message in Client(host).Messages.CreateStreaming(Question(), host.Cancelled))
        {
            if (message.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var text))
                yield return text.Text;
        }
    }

    private static string Event(string text)
        => "event: content_block_delta\n" + $$$"""data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{text}}}"}}""" + "\n\n";

    private static MessageCreateParams Question() => new() { Model = "m", MaxTokens = 8, Messages = [new UserMessageParam("Hi")] };

    private static AnthropicClient Client(SdkHost host) => new()
    {
        ApiKey = "key",
        HttpClient = host.Client,
        MaxRetries = 0,
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
