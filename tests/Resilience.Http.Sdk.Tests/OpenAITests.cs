using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace Resilience.Http.Sdk.Tests;

public sealed class OpenAITests : StreamingSdkContract
{
    private protected override string Name => "OpenAI";

    private protected override Reply Answer => Json(
        """
        {"id":"a","object":"chat.completion","created":1,"model":"m","owned_by":"o",
         "choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hello"}}]}
        """);

    private protected override string FirstMessage => Event("Hello");

    private protected override string OtherMessages => Event(" world") + "data: [DONE]\n\n";

    private protected override Task ReadAsync(SdkHost host) => new OpenAIModelClient(new ApiKeyCredential("key"), Options(host)).GetModelAsync("m", host.Cancelled);

    private protected override Task WriteAsync(SdkHost host) => Chat(host).CompleteChatAsync([new UserChatMessage("Hi")], cancellationToken: host.Cancelled);

    private protected override IAsyncEnumerable<string> StreamAsync(SdkHost host) => Chat(host)
        .CompleteChatStreamingAsync([new UserChatMessage("Hi")], cancellationToken: host.Cancelled)
        .Select(update => update.ContentUpdate[0].Text);

    private static string Event(string text)
        => $$$"""data: {"id":"a","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"{{{text}}}"}}]}""" + "\n\n";

    private static ChatClient Chat(SdkHost host) => new("m", new ApiKeyCredential("key"), Options(host));

    private static OpenAIClientOptions Options(SdkHost host) => new()
    {
        Transport = new HttpClientPipelineTransport(host.Client),
        RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        NetworkTimeout = Timeout.InfiniteTimeSpan,
    };
}
