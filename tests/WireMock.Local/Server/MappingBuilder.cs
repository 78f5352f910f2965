using WireMock.Matchers.Request;
using WireMock.ResponseProviders;

namespace WireMock.Server;

internal sealed class MappingBuilder(IRequestMatcher request, Action<Mapping> register) : IRespondWithAProvider
{
    private Mapping _mapping = new(request);

    public Guid Guid => _mapping.Guid;

    public IRespondWithAProvider WithGuid(Guid guid) => With(_mapping with { Guid = guid });

    public IRespondWithAProvider WithTitle(string title) => With(_mapping with { Title = title });

    public IRespondWithAProvider AtPriority(int priority) => With(_mapping with { Priority = priority });

    public IRespondWithAProvider InScenario(string scenario) => With(_mapping with { Scenario = scenario });

    public IRespondWithAProvider WhenStateIs(string state) => InScenario(_mapping with { WhenState = state });

    public IRespondWithAProvider WillSetStateTo(string state, int? times = 1)
        => InScenario(_mapping with { NextState = state, Times = times ?? 1 });

    public void RespondWith(IResponseProvider provider) => register(_mapping with { Provider = provider });

    private MappingBuilder InScenario(Mapping mapping)
        => mapping.Scenario is null ? throw new NotSupportedException("InScenario comes before the state.") : With(mapping);

    private MappingBuilder With(Mapping mapping)
    {
        _mapping = mapping;
        return this;
    }
}
