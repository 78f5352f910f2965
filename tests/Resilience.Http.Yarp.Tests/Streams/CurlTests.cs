using System.ComponentModel;
using System.Diagnostics;

namespace Resilience.Http.Yarp.Tests.Streams;

/// <summary>A client that is not ours.</summary>
public sealed class CurlTests
{
    [Theory]
    [InlineData("-X GET", 2, "200")]
    [InlineData("--head", 2, "200")]
    [InlineData("-X PUT -H Content-Length:0", 2, "200")]
    [InlineData("-X PUT -d body", 1, "503")]
    [InlineData("-X POST -d body -H Transfer-Encoding:chunked", 1, "503")]
    [InlineData("-X POST -d body -H Expect:100-continue", 1, "503")]
    public async Task Gets_what_it_should(string arguments, int attempts, string status)
    {
        await using var backend = await Backend.AnsweringAsync(503, 200);
        await using var gateway = await Gateway.StartAsync(backend);

        var answer = await RunAsync($"-sS -o /dev/null -w %{{http_code}} {arguments} {gateway.Address}/a");

        (answer, backend.Hits).Should().Be((status, attempts));
    }

    [Fact]
    public async Task Gets_the_problem()
    {
        await using var gateway = await Gateway.StartAsync(new GatewaySettings());

        var answer = await RunAsync($"-sS -i {gateway.Address}/");

        answer.Should().StartWith("HTTP/1.1 503").And.Contain("Content-Type: application/problem+json").And.Contain("Retry-After: 1").And.Contain("\"kind\":\"Unavailable\"");
    }

    private static async Task<string> RunAsync(string arguments)
    {
        try
        {
            using var curl = Process.Start(new ProcessStartInfo("curl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, errors) = (curl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), curl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await curl.WaitForExitAsync(TestContext.Current.CancellationToken);
            return await output + await errors;
        }
        catch (Win32Exception)
        {
            Assert.Skip("curl is not installed: apt-get install curl");
            throw;
        }
    }
}
