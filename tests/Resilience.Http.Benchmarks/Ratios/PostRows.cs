using Resilience.Http.Benchmarks.Scenarios;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>Requests with a body.</summary>
internal static class PostRows
{
    public static IReadOnlyList<Row> All
    {
        get
        {
            var posts = new Posts();
            posts.SetUp();
            var json = new Subject(() => posts.Json());
            var withoutCopy = new Subject(() => posts.JsonWithoutCopy());
            var throughFiveEmpty = new Subject(() => posts.JsonThroughFiveEmptyHandlers());
            return
            [
                // Bytes in memory are the same each time: they are neither copied nor watched.
                new("POST of 2 KiB in memory, without a key / five empty handlers", new(() => posts.Bytes()), new(() => posts.BytesThroughFiveEmptyHandlers())) { MaxTimeRatio = 1, MaxBytesRatio = 1 },

                // JSON is written anew each time, so it is copied while it is sent; with MaxBufferedRequestBytes = 0 it is not.
                new("POST of 2 KiB of JSON, copied / not copied", json, withoutCopy) { MaxTimeRatio = 1.3 },
                new("copy added to a POST of 2 KiB of JSON", json, withoutCopy) { Besides = withoutCopy, MaxBytes = Posts.BodyLength + 300 },

                // Copied or not, a stand-in writes it, so that it is known whether the content or the connection failed.
                new("POST of 2 KiB of JSON, copied / five empty handlers", json, throughFiveEmpty) { MaxTimeRatio = 1.7 },
                new("bytes of that, less those of five empty handlers", json, throughFiveEmpty) { Besides = throughFiveEmpty, MaxBytes = Posts.BodyLength + 300 },
            ];
        }
    }
}
