using WireMock.ResponseProviders;

namespace WireMock.Server;

public interface IRespondWithAProvider
{
    Guid Guid { get; }

    IRespondWithAProvider WithGuid(Guid guid);

    IRespondWithAProvider WithTitle(string title);

    IRespondWithAProvider AtPriority(int priority);

    IRespondWithAProvider InScenario(string scenario);

    IRespondWithAProvider WhenStateIs(string state);

    IRespondWithAProvider WillSetStateTo(string state, int? times = 1);

    void RespondWith(IResponseProvider provider);
}
