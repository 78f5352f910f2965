using System.Net;
using WireMock.ResponseProviders;

namespace WireMock.ResponseBuilders;

public interface IResponseBuilder : IResponseProvider
{
    IResponseBuilder WithStatusCode(int code);

    IResponseBuilder WithStatusCode(HttpStatusCode code);

    IResponseBuilder WithSuccess();

    IResponseBuilder WithNotFound();

    IResponseBuilder WithHeader(string name, params string[] values);

    IResponseBuilder WithHeaders(IDictionary<string, string> headers);

    IResponseBuilder WithHeaders(IDictionary<string, string[]> headers);

    IResponseBuilder WithBody(string body);

    IResponseBuilder WithBody(byte[] body);

    IResponseBuilder WithBody(Func<IRequestMessage, string> bodyFactory);

    IResponseBuilder WithBody(Func<IRequestMessage, Task<string>> bodyFactory);

    IResponseBuilder WithBodyAsJson(object body);

    IResponseBuilder WithBodyAsJson(Func<IRequestMessage, object> bodyFactory);

    IResponseBuilder WithDelay(TimeSpan delay);

    IResponseBuilder WithDelay(int milliseconds);

    IResponseBuilder WithFault(FaultType faultType, double? percentage = null);

    IResponseBuilder WithCallback(Func<IRequestMessage, IResponseMessage> callbackHandler);

    IResponseBuilder WithCallback(Func<IRequestMessage, Task<IResponseMessage>> callbackHandler);
}
