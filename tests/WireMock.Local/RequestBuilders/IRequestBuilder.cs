using WireMock.Matchers;
using WireMock.Matchers.Request;

namespace WireMock.RequestBuilders;

public interface IRequestBuilder : IRequestMatcher
{
    IRequestBuilder WithPath(params string[] paths);

    IRequestBuilder WithPath(params Func<string, bool>[] funcs);

    IRequestBuilder UsingGet();

    IRequestBuilder UsingPost();

    IRequestBuilder UsingPut();

    IRequestBuilder UsingDelete();

    IRequestBuilder UsingPatch();

    IRequestBuilder UsingHead();

    IRequestBuilder UsingOptions();

    IRequestBuilder UsingTrace();

    IRequestBuilder UsingAnyMethod();

    IRequestBuilder UsingMethod(params string[] methods);

    IRequestBuilder WithHeader(string name, string pattern);

    IRequestBuilder WithHeader(string name, string pattern, MatchBehaviour matchBehaviour);

    IRequestBuilder WithHeader(string name, string[] patterns);

    IRequestBuilder WithParam(string key);

    IRequestBuilder WithParam(string key, params string[] values);

    IRequestBuilder WithBody(string body);

    IRequestBuilder WithBody(Func<string?, bool> func);

    // With one overload alone an untyped lambda would compile here and mean something else in WireMock.Net.
    IRequestBuilder WithBody(Func<byte[]?, bool> func);
}
