using System.Net.Http.Json;
using System.Text;

namespace Resilience.Http.Tests;

/// <summary>Every kind of request body that callers make.</summary>
internal static class RequestBodies
{
    public static HttpContent? Named(string kind) => kind switch
    {
        "none" => null,
        "bytes" => new ByteArrayContent("a body"u8.ToArray(), 2, 4),
        "derived from bytes" => new DerivedContent(),
        "derived from a stream" => new DerivedStreamContent(),
        "multipart with JSON" => new MultipartContent { JsonContent.Create(new { Name = "body" }) },
        "memory" => new ReadOnlyMemoryContent("body"u8.ToArray()),
        "string" => new StringContent("body"),
        "form" => new FormUrlEncodedContent([new("name", "body")]),
        "JSON" => JsonContent.Create(new { Name = "body" }),
        "seekable stream" => new StreamContent(new MemoryStream("body"u8.ToArray())),
        "file" => new StreamContent(TemporaryFile()),
        "multipart" => new MultipartContent { new StringContent("body"), new StreamContent(new MemoryStream("body"u8.ToArray())) },
        "multipart form" => new MultipartFormDataContent { { new StringContent("body"), "name" } },
        "multipart in multipart" => new MultipartContent { new MultipartContent { new StringContent("body") } },
        "empty multipart" => new MultipartContent(),
        "one-shot stream" => new StreamContent(new OneShotStream([])),
        "disposed stream content" => Disposed(new StreamContent(new MemoryStream())),
        "closed stream" => new StreamContent(Disposed(new MemoryStream())),
        "unknown" => new TrackedContent(new StringContent("body")),
        "multipart with one-shot stream" => new MultipartContent { new StringContent("body"), new StreamContent(new OneShotStream([])) },
        "multipart in multipart with one-shot stream" => new MultipartContent { new MultipartContent { new StreamContent(new OneShotStream([])) } },
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static FileStream TemporaryFile()
    {
        var file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);
        file.Write(Encoding.UTF8.GetBytes("body"));
        file.Position = 0;
        return file;
    }

    private static T Disposed<T>(T resource)
        where T : IDisposable
    {
        resource.Dispose();
        return resource;
    }

    private sealed class DerivedStreamContent() : StreamContent(new MemoryStream("body"u8.ToArray()));

    private sealed class DerivedContent() : ByteArrayContent("body"u8.ToArray());
}
