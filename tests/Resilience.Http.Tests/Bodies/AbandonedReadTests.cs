using System.Net;
using System.Runtime.CompilerServices;

namespace Resilience.Http.Tests;

/// <summary>The program is told of failures that nobody sees. What nobody waits for any more, because it took too long, is none of these.</summary>
public sealed class AbandonedReadTests : IDisposable
{
    private readonly IOException _failure = new("reset");
    private bool _isUnobserved;

    public AbandonedReadTests() => TaskScheduler.UnobservedTaskException += Note;

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_read_that_fails_after_its_response_was_dropped_is_no_unobserved_failure(bool async)
    {
        await DropAsync(async);

        GC.Collect();
        GC.WaitForPendingFinalizers();

        _isUnobserved.Should().BeFalse();
    }

    // Apart, so that nothing of it is alive when the garbage is collected.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task DropAsync(bool async)
    {
        var body = new BrokenStream();
        using (var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StreamContent(body) })
            await BodyPeek.ReadAsync(response, new(100, TimeSpan.FromMilliseconds(1), TimeProvider.System), async, TestContext.Current.CancellationToken);

        body.Break(_failure);
    }

    private void Note(object? sender, UnobservedTaskExceptionEventArgs e) => _isUnobserved |= e.Exception.InnerExceptions.Contains(_failure);

    private sealed class BrokenStream : ForwardOnlyStream
    {
        private readonly TaskCompletionSource<int> _read = new();

        public override bool CanRead => true;

        public void Break(Exception failure) => _read.SetException(failure);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_read.Task);
    }
}
