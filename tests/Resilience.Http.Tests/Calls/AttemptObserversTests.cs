namespace Resilience.Http.Tests;

public sealed class AttemptObserversTests
{
    private readonly List<string> _told = [];
    private readonly AttemptObservers _observers = new();

    [Fact]
    public void Tells_the_innermost_first_what_each_left_and_since_when()
    {
        using var response = new HttpResponseMessage();
        _observers.Add(new Policy(_told), "outer", since: 1);
        _observers.Add(new Policy(_told), "inner", since: 2);

        _observers.Tell(null!, Outcome.Of(response));

        _told.Should().Equal("inner since 2", "outer since 1");
    }

    [Fact]
    public void Tells_everybody_once_though_one_fails()
    {
        using var response = new HttpResponseMessage();
        _observers.Add(new Policy(_told), "outer", since: 1);
        _observers.Add(new Policy(_told), state: null, since: 2);

        var telling = () => _observers.Tell(null!, Outcome.Of(response));

        telling.Should().Throw<NotSupportedException>();
        telling.Should().NotThrow();
        _told.Should().Equal("outer since 1");
    }

    private sealed class Policy(List<string> told) : IAttemptObserver
    {
        public void OnEnded(Attempt attempt, in Outcome outcome, object? state, long since)
            => told.Add($"{state ?? throw new NotSupportedException()} since {since}");
    }
}
