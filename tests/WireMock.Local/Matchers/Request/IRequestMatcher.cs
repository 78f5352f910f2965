namespace WireMock.Matchers.Request;

public interface IRequestMatcher
{
    internal int Count { get; }

    internal bool Matches(IRequestMessage request);
}
