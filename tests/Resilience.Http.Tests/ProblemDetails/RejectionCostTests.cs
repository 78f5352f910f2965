using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Resilience.Http.Tests;

/// <summary>What answers to requests that were not sent leave undone and behind.</summary>
public sealed class RejectionCostTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("circuit")]
    [InlineData("bucket")]
    [InlineData("limiter")]
    public void Throw_nothing_on_their_way(string policy)
    {
        using var client = new RejectingClient(policy);
        var thread = Environment.CurrentManagedThreadId;
        var thrown = 0;
        EventHandler<FirstChanceExceptionEventArgs> count = (_, _) => thrown += Environment.CurrentManagedThreadId == thread ? 1 : 0;

        AppDomain.CurrentDomain.FirstChanceException += count;
        client.Send(times: 3);
        AppDomain.CurrentDomain.FirstChanceException -= count;

        thrown.Should().Be(0);
    }

    [Fact]
    public void Leave_no_exception_behind_that_nobody_has_seen()
    {
        using var client = new RejectingClient("circuit");
        var unseen = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> count = (_, e) => unseen += e.Exception.InnerException is CircuitOpenException { Partition: "unseen" } ? 1 : 0;

        TaskScheduler.UnobservedTaskException += count;
        client.Send(times: 3, request => request.SetPartition("unseen"));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= count;

        unseen.Should().Be(0);
    }

    [Fact]
    public void Do_not_keep_a_circuit_that_was_forgotten()
    {
        var circuit = Reject(out var answer);

        GC.Collect();

        circuit.IsAlive.Should().BeFalse();
        ((ProblemContent)answer.Content).Problem.Detail.Should().Contain("gone");
        answer.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Reject(out HttpResponseMessage answer)
    {
        var options = new Live<CircuitBreakerOptions>(new());
        var client = new ClientContext();
        var circuit = new Circuit(PartitionKey.Named("gone"), options, client, new CircuitOwner(_ => { }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://upstream.test/");
        answer = Unanswered.Of(new Circuits(client, options).RejectionBy(circuit), request, Cancelled)!.Value.ToResponse(request);
        return new(circuit);
    }
}
