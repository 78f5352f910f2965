using Grpc.Core;

namespace Resilience.Http.Sdk.Tests;

/// <summary>What a generated client comes to: a unary method and a server-streaming one, of messages that are one byte.</summary>
public sealed class EchoClient(CallInvoker invoker)
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    public Task<byte[]> CallAsync(string method, CancellationToken cancellationToken)
        => invoker.AsyncUnaryCall(MethodOf(MethodType.Unary, method), null, new CallOptions(cancellationToken: cancellationToken), [42]).ResponseAsync;

    public IAsyncEnumerable<byte[]> Stream(string method, CancellationToken cancellationToken)
        => invoker.AsyncServerStreamingCall(MethodOf(MethodType.ServerStreaming, method), null, new CallOptions(cancellationToken: cancellationToken), [42])
            .ResponseStream.ReadAllAsync(cancellationToken);

    private static Method<byte[], byte[]> MethodOf(MethodType type, string name) => new(type, "test.Echo", name, Bytes, Bytes);
}
