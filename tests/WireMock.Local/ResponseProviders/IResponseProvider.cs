namespace WireMock.ResponseProviders;

public interface IResponseProvider
{
    internal Task<IResponseMessage> ProvideAsync(IRequestMessage request, CancellationToken stopped);
}
