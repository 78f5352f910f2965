namespace Resilience.Http.Tests;

public sealed class AttemptObserversTests
{
    private readonly List<string> _told = [];
    private readonly AttemptObservers _observers = new();

    [Fact]
    public void Tells_the_innermost_first_what_each_left_and_since_when()
    {
        using var response = new HttpResponseMessage();
        _observers.Add(new Policy(_told), "outer", joinedAt: 1);
        _observers.Add(new Policy(_told), "inner", joinedAt: 2);

        _observers.Tell(Attempt(), Outcome.FromResponse(response));

        _told.Should().Equal("inner since 2", "outer since 1");
    }

    [Fact]
    public void Tells_everybody_once_though_one_fails()
    {
        using var response = new HttpResponseMessage();
        _observers.Add(new Policy(_told), "outer", joinedAt: 1);
        _observers.Add(new Policy(_told), state: null, joinedAt: 2);

        var telling = () => _observers.Tell(Attempt(), Outcome.FromResponse(response));

        telling.Should().Throw<NotSupportedException>();
        telling.Should().NotThrow();
        _told.Should().Equal("outer since 1");
    }

    [Fact]
    public void Tells_everybody_though_the_response_that_nobody_will_see_cannot_be_disposed()
    {
        using var response = new HttpResponseMessage();
        response.Content = new Undisposable();
        _observers.Add(new Policy(_told), "outer", joinedAt: 1);
        _observers.Add(new Policy(_told), state: null, joinedAt: 2);

        FluentActions.Invoking(() => _observers.Tell(Attempt(), Outcome.FromResponse(response))).Should().Throw<InvalidTimeZoneException>();

        _told.Should().Equal("outer since 1");
    }

    private static Attempt Attempt() => Attempts.Begin(new(), new(), CancellationToken.None);

    private sealed class Policy(List<string> told) : IAttemptObserver
    {
        public void OnEnded(in AttemptResult result, object? state, long joinedAt)
            => told.Add($"{state ?? throw new NotSupportedException()} since {joinedAt}");
    }

    private sealed class Undisposable() : ByteArrayContent([])
    {
        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            throw new InvalidTimeZoneException();
        }
    }
}
