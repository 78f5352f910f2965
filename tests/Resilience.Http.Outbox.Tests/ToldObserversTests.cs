namespace Resilience.Http.Outbox.Tests;

public sealed class ToldObserversTests
{
    [Fact]
    public void Are_remembered_of_a_bounded_number_of_entries()
    {
        var told = new ToldObservers();
        told.Remember(Row("first"), [true]);

        for (var i = 0; i < 9_999; i++)
            told.Remember(Row($"{i}"), [true]);
        var before = told.Of(Row("first"));
        told.Remember(Row("last"), [true]);

        before.Should().Equal(true);
        told.Of(Row("first")).Should().BeEmpty();
        told.Of(Row("last")).Should().Equal(true);
    }

    private static OutboxRow Row(string id) => new()
    {
        Id = id,
        Client = "pay",
        Key = id,
        Destination = "here",
        Fingerprint = new byte[32],
        Payload = new byte[1],
        KeptAt = default,
        DueAt = default,
        Fence = 1,
    };
}
