namespace Resilience.Http.Sdk.Tests;

/// <summary>What holds for every SDK that is handed a resilient client and told not to retry by itself.</summary>
public abstract class SdkContract : SdkBench
{
    public static TheoryData<string> Faults => ["Status 503", "ResetAfter 0", "Stall"];

    /// <summary>As the table in samples/README.md has it.</summary>
    private protected abstract string Name { get; }

    /// <summary>A success, of a write too unless <see cref="Written"/> is another.</summary>
    private protected abstract Reply Answer { get; }

    private protected virtual Reply Written => Answer;

    /// <summary>A PUT is repeated as it is, without a key.</summary>
    private protected virtual bool WritesByPut => false;

    [Fact]
    public Task Rides_out_an_outage() => RideOutAnOutageAsync(ReadAsync);

    [Fact]
    public async Task Waits_as_long_as_the_server_says_even_with_a_write()
    {
        await using var host = Host(script => script.Answer(429, retryAfter: 3).Then(Written));

        var failure = await FailureOfAsync(() => WriteAsync(host));

        failure.Should().BeNull();
        host.Upstream.Waits.Should().ContainSingle().Which.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(3));
        BodiesOf(host).Should().ContainSingle().Which.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Reads_again_what_breaks_off_in_the_body()
    {
        await using var host = Host(script => script.Answer(Answer.ResetAfter(1)).Then(Answer));

        var failure = await FailureOfAsync(() => ReadAsync(host));

        failure.Should().BeNull();
        host.Upstream.Attempts.Should().HaveCount(2);
    }

    [Fact]
    public async Task Reads_again_what_stalls()
    {
        await using var host = Host(script => script.Answer(Stall).Then(Answer));

        var failure = await FailureOfAsync(() => ReadAsync(host));

        failure.Should().BeNull();
        host.Upstream.Attempts.Should().HaveCount(2);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Sends_a_write_once_that_may_have_been_processed(string fault)
    {
        await using var host = Host(script => (fault == "Stall" ? script.Answer(Stall) : script.Answer(Written.With(Fault.Parse(fault)))).Then(Written));

        var failure = await FailureOfAsync(() => WriteAsync(host));

        (failure is null).Should().Be(WritesByPut);
        host.Upstream.Attempts.Should().HaveCount(WritesByPut ? 2 : 1);
        BodiesOf(host).Should().ContainSingle();
    }

    [Fact]
    public async Task Sends_a_write_again_under_one_key()
    {
        await using var host = Host(
            script => script.Answer(503).Then(Stall).Then(Reply.ResetAfterRequest()).Then(Written),
            standard => standard.IdempotencyKey = new());

        var failure = await FailureOfAsync(() => WriteAsync(host));

        failure.Should().BeNull();
        host.Upstream.Attempts.Should().HaveCount(4);
        host.Upstream.Attempts.Select(attempt => attempt.Header("Idempotency-Key")).Distinct().Should().ContainSingle().Which.Should().Match(key => WritesByPut || key != null);
        BodiesOf(host).Should().ContainSingle();
    }

    [Fact]
    public async Task Is_cancelled_by_its_caller()
    {
        await using var host = Host(script => script.Answer(Reply.Never()));

        var call = FailureOfAsync(() => ReadAsync(host));
        await host.Upstream.WaitForAttemptAsync(host.Cancelled);
        await host.CancelAsync();

        SdkTable.CausesOf((await call)!).Should().Contain(cause => cause is OperationCanceledException).And.NotContain(cause => cause is ResilienceException);
        host.Upstream.Attempts.Should().ContainSingle();
    }

    [Fact]
    public async Task Leaves_retrying_to_the_handlers()
    {
        await using var host = Host(script => script.Answer(503));

        var failure = await FailureOfAsync(() => ReadAsync(host));

        failure.Should().NotBeNull();
        host.Upstream.Attempts.Should().HaveCount(4);
    }

    [Fact]
    public async Task Fails_as_the_table_says()
    {
        await using var outage = Host(script => script.Answer(503));
        await using var stall = Host(script => script.Answer(Stall));
        await using var rejection = Host(script => script.Answer(Answer));
        await FailureOfAsync(() => ReadAsync(rejection));
        rejection.Circuit.Isolate();

        Exception?[] failures =
        [
            await FailureOfAsync(() => ReadAsync(outage)),
            await FailureOfAsync(() => ReadAsync(stall)),
            await FailureOfAsync(() => ReadAsync(rejection)),
        ];

        rejection.Upstream.Attempts.Should().ContainSingle();
        SdkTable.ShouldSay(Name, failures);
    }

    private protected Task RideOutAnOutageAsync(Action<SdkHost> read) => RideOutAnOutageAsync(host => Task.Run(() => read(host)));

    private protected async Task RideOutAnOutageAsync(Func<SdkHost, Task> read)
    {
        await using var host = Host(script => script.Answer(503).Then(Reply.ResetAfterRequest()).Then(Answer));

        var failure = await FailureOfAsync(() => read(host));

        failure.Should().BeNull();
        host.Upstream.Attempts.Should().HaveCount(3);
        host.Upstream.Attempts.Select(attempt => (attempt.Method, attempt.Path)).Distinct().Should().ContainSingle();
    }

    private protected abstract Task ReadAsync(SdkHost host);

    private protected abstract Task WriteAsync(SdkHost host);

    private static IEnumerable<string> BodiesOf(SdkHost host) => host.Upstream.Attempts.Select(attempt => attempt.Text).Distinct();
}
