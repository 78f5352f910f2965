using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Resilience.Http.Sdk.Tests;

/// <summary>What a server of gRPC does, frame by frame.</summary>
internal static class GrpcAnswers
{
    // A byte that says that it is not compressed, four for the length, the message.
    public static byte[] Message => [0, 0, 0, 0, 1, 42];

    /// <summary>A message, then the status in trailers.</summary>
    public static async Task EchoAsync(HttpContext http)
    {
        await SendMessageAsync(http);
        End(http, StatusCode.OK);
    }

    /// <summary>A status and nothing else: one frame of headers, which ends the stream.</summary>
    public static RequestDelegate TrailersOnly(StatusCode status, string pushback = "1") => http =>
    {
        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = Number(status);
        http.Response.Headers["grpc-retry-pushback-ms"] = pushback;
        return Task.CompletedTask;
    };

    /// <summary>Headers at first, and the status in trailers, without a message between.</summary>
    public static RequestDelegate HeadersThenTrailers(StatusCode status) => async http =>
    {
        await BeginAsync(http);
        End(http, status);
    };

    /// <summary>The server ends the stream before it has answered.</summary>
    public static Task Reset(HttpContext http)
    {
        http.Abort();
        return Task.CompletedTask;
    }

    /// <summary>It does so when a message has arrived.</summary>
    public static RequestDelegate ResetAfterMessage(Task arrived) => async http =>
    {
        await SendMessageAsync(http);
        await arrived.WaitAsync(http.RequestAborted);
        http.Abort();
    };

    /// <summary>A message, and another as soon as the first has arrived.</summary>
    public static RequestDelegate TwoMessages(Task arrived) => async http =>
    {
        await SendMessageAsync(http);
        await arrived.WaitAsync(http.RequestAborted);
        await EchoAsync(http);
    };

    /// <summary>No answer, until the client ends the stream.</summary>
    public static RequestDelegate Stall(TaskCompletionSource begun, TaskCompletionSource ended) => async http =>
    {
        await using var registration = http.RequestAborted.Register(ended.SetResult);
        begun.SetResult();
        await ended.Task;
    };

    private static async Task SendMessageAsync(HttpContext http)
    {
        await BeginAsync(http);
        await http.Response.Body.WriteAsync(Message, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private static async Task BeginAsync(HttpContext http)
    {
        if (http.Response.HasStarted)
            return;

        http.Response.ContentType = "application/grpc";
        await http.Response.StartAsync(http.RequestAborted);
    }

    private static void End(HttpContext http, StatusCode status) => http.Response.AppendTrailer("grpc-status", Number(status));

    private static string Number(StatusCode status) => ((int)status).ToString(CultureInfo.InvariantCulture);
}
