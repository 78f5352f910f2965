using System.IO.Compression;
using System.Net;
using System.Text;

namespace Resilience.Http.Tests;

public sealed class ContentCodingTests
{
    private const string Body = """{"type":"urn:a:b","title":"Schön"}""";

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("x-gzip")]
    [InlineData("deflate")]
    [InlineData("deflate", true)]
    [InlineData("br")]
    [InlineData("identity")]
    public void Unpacks_what_the_transport_left_packed(string coding, bool bare = false)
    {
        var problem = FailedResponse.Problem(Pack(Encoding.UTF8.GetBytes(Body), coding, bare), "application/problem+json", 400, coding);

        problem.Title.Should().Be("Schön");
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("gzip", "br")]
    public void Falls_back_to_the_status_when_the_body_cannot_be_unpacked(params string[] codings)
    {
        var problem = FailedResponse.Problem(Encoding.UTF8.GetBytes(Body), "application/problem+json", 503, codings);

        problem.Should().BeEquivalentTo(new { Title = "Service Unavailable", Status = HttpStatusCode.ServiceUnavailable });
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public void Stops_unpacking_a_bomb_at_the_limit(string coding)
    {
        var bomb = Pack(new byte[50_000_000], coding);
        using var response = FailedResponse.With(400, "application/problem+json", bomb, coding);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var problem = ProblemReader.Read(Outcome.FromResponse(response), bomb, 64 * 1024);

        problem.Title.Should().Be("Bad Request");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1_000_000);
    }

    [Theory]
    [InlineData(0, "t")]
    [InlineData(1, "Bad Request")]
    public void Unpacks_up_to_the_limit_and_not_a_byte_more(int excess, string title)
    {
        var packed = Pack(Encoding.UTF8.GetBytes($$"""{"title":"t","pad":"{{new string('x', 1000)}}"}"""), "gzip");
        using var response = FailedResponse.With(400, "application/problem+json", packed, "gzip");

        var problem = ProblemReader.Read(Outcome.FromResponse(response), packed, 1022 - excess);

        problem.Title.Should().Be(title);
    }

    private static byte[] Pack(byte[] body, string coding, bool bare = false)
    {
        using var packed = new MemoryStream();
        using (Stream packer = coding.ToUpperInvariant() switch
        {
            "GZIP" or "X-GZIP" => new GZipStream(packed, CompressionLevel.Optimal),
            "BR" => new BrotliStream(packed, CompressionLevel.Optimal),
            "DEFLATE" when bare => new DeflateStream(packed, CompressionLevel.Optimal),
            "DEFLATE" => new ZLibStream(packed, CompressionLevel.Optimal),
            _ => packed,
        })
        {
            packer.Write(body);
        }

        return packed.ToArray();
    }
}
