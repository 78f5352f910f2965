using WireMock.Matchers.Request;
using WireMock.ResponseProviders;

namespace WireMock.Server;

internal sealed record Mapping(IRequestMatcher Request)
{
    public Guid Guid { get; init; } = Guid.NewGuid();

    public string? Title { get; init; }

    public int Priority { get; init; }

    public string? Scenario { get; init; }

    public string? WhenState { get; init; }

    public string? NextState { get; init; }

    public int Times { get; init; } = 1;

    public IResponseProvider? Provider { get; init; }

    public bool StartsScenario => Scenario is not null && WhenState is null && NextState is not null;

    // A scenario counts as one matcher more.
    public int Specificity => Request.Count + (Scenario is null ? 0 : 1);
}
