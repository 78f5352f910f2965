using WireMock.Matchers;
using WireMock.Matchers.Request;

namespace WireMock.RequestBuilders;

public sealed class Request : IRequestBuilder
{
    private readonly List<Func<IRequestMessage, bool>> _matchers = [];

    private Request()
    {
    }

    int IRequestMatcher.Count => _matchers.Count;

    public static IRequestBuilder Create() => new Request();

    public IRequestBuilder WithPath(params string[] paths)
        => paths.All(path => path.StartsWith('/'))
            ? WithPath([.. paths.Select(path => Wildcard.Matching(path))])
            : throw new ArgumentException("A path must start with '/'.", nameof(paths));

    public IRequestBuilder WithPath(params Func<string, bool>[] funcs) => With(request => funcs.Any(matches => matches(request.Path)));

    public IRequestBuilder UsingGet() => UsingMethod("GET");

    public IRequestBuilder UsingPost() => UsingMethod("POST");

    public IRequestBuilder UsingPut() => UsingMethod("PUT");

    public IRequestBuilder UsingDelete() => UsingMethod("DELETE");

    public IRequestBuilder UsingPatch() => UsingMethod("PATCH");

    public IRequestBuilder UsingHead() => UsingMethod("HEAD");

    public IRequestBuilder UsingOptions() => UsingMethod("OPTIONS");

    public IRequestBuilder UsingTrace() => UsingMethod("TRACE");

    public IRequestBuilder UsingAnyMethod() => this;

    public IRequestBuilder UsingMethod(params string[] methods)
        => With(request => methods.Contains(request.Method, StringComparer.OrdinalIgnoreCase));

    public IRequestBuilder WithHeader(string name, string pattern) => WithHeader(name, [pattern]);

    public IRequestBuilder WithHeader(string name, string pattern, MatchBehaviour matchBehaviour)
    {
        var header = new HeaderMatcher(name, [pattern]);
        return With(request => header.Matches(request) == (matchBehaviour == MatchBehaviour.AcceptOnMatch));
    }

    public IRequestBuilder WithHeader(string name, string[] patterns) => With(new HeaderMatcher(name, patterns).Matches);

    public IRequestBuilder WithParam(string key) => With(request => request.GetParameter(key) is not null);

    public IRequestBuilder WithParam(string key, params string[] values)
        => With(request => request.GetParameter(key) is { } found && found.Order(StringComparer.Ordinal).SequenceEqual(values.Order(StringComparer.Ordinal)));

    public IRequestBuilder WithBody(string body)
    {
        var matches = Wildcard.Matching(body);
        return With(request => request.Body is { } text && matches(text));
    }

    public IRequestBuilder WithBody(Func<string?, bool> func) => With(request => func(request.Body));

    public IRequestBuilder WithBody(Func<byte[]?, bool> func) => With(request => func(request.BodyAsBytes));

    bool IRequestMatcher.Matches(IRequestMessage request) => _matchers.TrueForAll(matches => matches(request));

    private Request With(Func<IRequestMessage, bool> matches)
    {
        _matchers.Add(matches);
        return this;
    }
}
