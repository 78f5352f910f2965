namespace Resilience.Http.Outbox.Tests;

public sealed class RowChangesTests
{
    private static readonly OutboxRow Row = new()
    {
        Id = "a",
        Client = "pay",
        Key = "a",
        Destination = "here",
        Fingerprint = default,
        KeptAt = DateTimeOffset.UnixEpoch,
        TryingSince = DateTimeOffset.UnixEpoch,
        Fence = 7,
    };

    // A caller's lease may be renewed at the very moment: by the old fence it would bring back the row as it was.
    [Fact]
    public void Leave_nothing_to_do_for_whoever_knows_the_old_fence()
    {
        Row.Tried(mayHaveBeenProcessed: true).Fence.Should().NotBe(7);
        (Row with { State = OutboxState.Done }).Told().Fence.Should().NotBe(7);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Take_the_beginning_of_a_try_for_that_of_the_key_only_if_it_may_have_arrived(bool mayHaveBeenProcessed)
    {
        var tried = Row.Tried(mayHaveBeenProcessed);

        (tried.FirstSentAt.HasValue, tried.TryingSince.HasValue).Should().Be((mayHaveBeenProcessed, false));
    }
}
