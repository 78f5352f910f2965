namespace Resilience.Http.Sdk.Tests;

/// <summary>What holds beyond that for an SDK that hands over a download as a stream.</summary>
public abstract class DownloadSdkContract : SdkContract
{
    // More than is read inside the attempt, so that it could be repeated.
    private const int Length = 2 << 20;

    private Reply Download => Answer.WithBody(new byte[Length]);

    [Fact]
    public async Task Hands_over_a_large_download_while_it_arrives()
    {
        await using var host = Host(script => script.Answer(503).Then(Download.StallAfter(Length / 2)));
        await using var stream = await DownloadAsync(host);

        var read = await stream.ReadAtLeastAsync(new byte[1000], 1000, cancellationToken: host.Cancelled);

        read.Should().BeGreaterThanOrEqualTo(1000);
        host.Upstream.Attempts.Should().HaveCount(2);
        host.Upstream.Attempts[1].IsResponseDisposed.Should().BeFalse();
    }

    private protected abstract Task<Stream> DownloadAsync(SdkHost host);
}
