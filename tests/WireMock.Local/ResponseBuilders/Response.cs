using System.Net;
using WireMock.ResponseProviders;
using WireMock.Types;
using WireMock.Util;

namespace WireMock.ResponseBuilders;

public sealed class Response : IResponseBuilder
{
    private readonly ResponseMessage _message = new();
    private Func<IRequestMessage, Task<IResponseMessage>>? _callback;
    private TimeSpan? _delay;

    private Response()
    {
    }

    public static IResponseBuilder Create() => new Response();

    public IResponseBuilder WithStatusCode(int code) => With(message => message.StatusCode = code);

    public IResponseBuilder WithStatusCode(HttpStatusCode code) => WithStatusCode((int)code);

    public IResponseBuilder WithSuccess() => WithStatusCode(HttpStatusCode.OK);

    public IResponseBuilder WithNotFound() => WithStatusCode(HttpStatusCode.NotFound);

    public IResponseBuilder WithHeader(string name, params string[] values)
        => values.Length > 0 ? With(message => message.AddHeader(name, values)) : throw new ArgumentException("A header needs a value.", nameof(values));

    public IResponseBuilder WithHeaders(IDictionary<string, string> headers)
        => With(message => message.Headers = headers.ToDictionary(header => header.Key, header => new WireMockList<string>(header.Value)));

    public IResponseBuilder WithHeaders(IDictionary<string, string[]> headers)
        => With(message => message.Headers = headers.ToDictionary(header => header.Key, header => new WireMockList<string>(header.Value)));

    public IResponseBuilder WithBody(string body) => With(message => message.BodyData = Text(body));

    public IResponseBuilder WithBody(byte[] body)
        => With(message => message.BodyData = new BodyData { BodyAsBytes = body, DetectedBodyType = BodyType.Bytes });

    public IResponseBuilder WithBody(Func<IRequestMessage, string> bodyFactory)
        => WithCallback(request => new ResponseMessage { BodyData = Text(bodyFactory(request)) });

    public IResponseBuilder WithBody(Func<IRequestMessage, Task<string>> bodyFactory)
        => WithCallback(async request => new ResponseMessage { BodyData = Text(await bodyFactory(request)) });

    public IResponseBuilder WithBodyAsJson(object body) => With(message => message.BodyData = JsonBody.Of(body));

    public IResponseBuilder WithBodyAsJson(Func<IRequestMessage, object> bodyFactory)
        => WithCallback(request => new ResponseMessage { BodyData = JsonBody.Of(bodyFactory(request)) });

    public IResponseBuilder WithDelay(TimeSpan delay)
    {
        if (delay != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(delay, TimeSpan.Zero);
        _delay = delay;
        return this;
    }

    public IResponseBuilder WithDelay(int milliseconds) => WithDelay(TimeSpan.FromMilliseconds(milliseconds));

    public IResponseBuilder WithFault(FaultType faultType, double? percentage = null)
        => With(message => (message.FaultType, message.FaultPercentage) = (faultType, percentage));

    public IResponseBuilder WithCallback(Func<IRequestMessage, IResponseMessage> callbackHandler)
        => WithCallback(request => Task.FromResult(callbackHandler(request)));

    public IResponseBuilder WithCallback(Func<IRequestMessage, Task<IResponseMessage>> callbackHandler)
    {
        _callback = callbackHandler;
        return this;
    }

    async Task<IResponseMessage> IResponseProvider.ProvideAsync(IRequestMessage request, CancellationToken stopped)
    {
        if (_delay is { } delay)
            await Task.Delay(delay, TimeProvider.System, stopped);
        if (_callback is null)
            return _message;

        var answer = await _callback(request);
        answer.StatusCode = _message.StatusCode ?? answer.StatusCode;
        answer.Headers = _message.Headers ?? answer.Headers;
        return answer;
    }

    private static BodyData Text(string body) => new() { BodyAsString = body, DetectedBodyType = BodyType.String };

    private Response With(Action<ResponseMessage> change)
    {
        change(_message);
        return this;
    }
}
