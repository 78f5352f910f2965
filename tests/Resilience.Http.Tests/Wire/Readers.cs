using System.Text;

namespace Resilience.Http.Tests;

/// <summary>Every reader of what a server sends, with the worst that it can be given: so many characters, and then the reading.</summary>
internal static class Readers
{
    private const string Errors = """{"message":"m","code":1,"title":"t","path":1,"source":{"pointer":"/a"},"extensions":{"code":"X"},"field":"f","reason":"r","@type":"x"},""";

    private static readonly DateTimeOffset Now = Answers.Noon.GetUtcNow();

    public static Dictionary<string, Func<int, Action>> All { get; } = new()
    {
        [nameof(AuthenticationParameters)] = Text(text => AuthenticationParameters.Parse(text), "a=b,", "ab=\"\\\"\",", "a,"),
        [nameof(BodyText)] = Bytes(body => BodyText.Decode(body, new("text/plain", "utf-16")), "é"),
        [nameof(ContentCoding)] = Bytes(body => ContentCoding.Undo(body, ["deflate"], int.MaxValue), "a"),
        [nameof(GoDuration)] = Text(text => GoDuration.Parse(text), "1h", "1.1ms"),
        [nameof(HttpDate)] = Text(text => HttpDate.Parse(text, Now), "Sat, ", "- ", "Sat"),
        [nameof(IsoInstant)] = Text(text => IsoInstant.Parse(text), "2", "T"),
        [nameof(LegacyProblem)] = Body(LegacyProblem.Read),
        [nameof(MediaType)] = n => () => MediaType.Of(new StringContent("") { Headers = { { "X", Repeat("a;charset=x,", n) } } }),
        [nameof(ProblemDialects)] = Body(ProblemDialects.Read),
        [nameof(ProblemJson)] = Body(ProblemJson.Read),
        [nameof(ProblemReader)] = n => Reading(n, response => Outcome.FromCall(response, Answers.Noon)),
        [nameof(ProblemXml)] = Xml(source => ProblemXml.Read(source)),
        [nameof(QuotaCount)] = Text(text => QuotaCount.Least(text), "1;1,", "a;1,", ","),
        [nameof(QuotaFieldName)] = Text(text => QuotaFieldName.TryParse(text, out _), "ratelimit-", "limit-"),
        [nameof(RateLimitField)] = Text(text => RateLimitField.Parse(text).Count(), "\"a\";r=1,", "a,", "a=1,", ";a", "\"a\";a;a"),
        [nameof(RateLimitPolicyField)] = Text(text => RateLimitPolicyField.Parse(text), "\"a\";q=1,", "1,"),
        [nameof(ResetTime)] = Text(text => ResetTime.Longest(text, Now), "1,", "1h,", ","),
        [nameof(RetryAfter)] = n => Reading(n, response => RetryAfter.Read(response, Answers.Noon)),
        [nameof(StandardAdvice)] = n => Reading(n, response => StandardAdvice.Read(response, Answers.Noon)),
        [nameof(StructuredDisplayText)] = Text(text => StructuredField.ParseItem($"%\"{text}\""), "a", "%c3%a9"),
        [nameof(StructuredField)] = Text(text => StructuredField.ParseDictionary(text), "a=1,b=2,", "a;b;a;b", "a,"),
        [nameof(StructuredMembers)] = Text(text => StructuredField.ParseList($"({text})"), "a ", "1;a;b ", "\"a\""),
        [nameof(StructuredNumbers)] = Text(text => StructuredField.ParseItem(text), "1", "-", "1."),
        [nameof(StructuredValues)] = Text(text => StructuredField.ParseItem($":{text}:"), "a", "=", "\"\\\"\""),
        [nameof(TolerantJson)] = Text(text => TolerantJson.ObjectOrNull($$"""{"a":[{{text}}1]}"""), "1,", "[", "{\"a\":", "\"\\ud800\","),
        [nameof(TolerantXml)] = Xml(source => source.Xml),
        [nameof(WireNumber)] = Text(text => WireNumber.Parse(text), "1", "."),
        [nameof(XmlToJson)] = Xml(source => source.Xml is { } root ? XmlToJson.Convert(root) : null),
        [nameof(AwsError)] = Body(source => AwsError.ReadHeader(source) ?? AwsError.ReadJson(source) ?? AwsError.ReadXml(source)),
        [nameof(AzureError)] = Body(source => AzureError.ReadHeader(source) ?? AzureError.ReadJson(source)),
        [nameof(BearerChallenge)] = n => Reading(n, response => BearerChallenge.Read(new(response, []))),
        [nameof(DiscordError)] = Body(DiscordError.Read),
        [nameof(GitHubError)] = Body(GitHubError.Read),
        [nameof(GoogleError)] = Body(GoogleError.Read),
        [nameof(GraphQLErrors)] = Body(source => GraphQLErrors.ReadMediaType(source) ?? GraphQLErrors.ReadShape(source) ?? GraphQLErrors.ReadSuccess(source)),
        [nameof(JsonApiErrors)] = Body(source => JsonApiErrors.ReadMediaType(source) ?? JsonApiErrors.ReadShape(source)),
        [nameof(MessageOnly)] = Body(MessageOnly.Read),
        [nameof(OAuthError)] = Body(OAuthError.Read),
        [nameof(PayPalError)] = Body(PayPalError.Read),
        [nameof(ShopifyErrors)] = Body(ShopifyErrors.Read),
        [nameof(SlackError)] = Body(source => SlackError.Read(source) ?? SlackError.ReadSuccess(source)),
        [nameof(StripeError)] = Body(StripeError.Read),
        [nameof(XErrors)] = Body(XErrors.Read),
        [nameof(AwsAdvice)] = Advice(new AwsAdvice()),
        [nameof(AzureAdvice)] = Advice(new AzureAdvice()),
        [nameof(CreditAdvice)] = Advice(new CreditAdvice()),
        [nameof(DiscordAdvice)] = Advice(new DiscordAdvice()),
        [nameof(GitHubAdvice)] = Advice(new GitHubAdvice()),
        [nameof(GoogleAdvice)] = Advice(new GoogleAdvice()),
        [nameof(GrpcAdvice)] = Advice(new GrpcAdvice()),
        [nameof(ShopifyAdvice)] = Advice(new ShopifyAdvice()),
        [nameof(SlackAdvice)] = Advice(new SlackAdvice()),
    };

    private static string Repeat(string piece, int length) => new StringBuilder(length).Insert(0, piece, length / piece.Length).ToString();

    private static Func<int, Action> Text(Func<string, object?> read, params string[] pieces) => n => Each(pieces.Select(piece => Repeat(piece, n)), read);

    private static Func<int, Action> Bytes(Func<byte[], object?> read, string piece) => n => Each([Encoding.UTF8.GetBytes(Repeat(piece, n))], read);

    private static Func<int, Action> Body(Func<ProblemSource, object?> read) => n => Each(Bodies(n).Select(Encoding.UTF8.GetBytes), body => read(Source(body, "application/json")));

    private static Func<int, Action> Xml(Func<ProblemSource, object?> read) => n => Each(
        Documents(n).Select(Encoding.UTF8.GetBytes), body => read(Source(body, "application/problem+xml")));

    private static Func<int, Action> Advice(IAdviceReader reader) => n =>
    {
        var response = ProviderError.Response(429, [], "x-ms-error-code: X");
        return Each(Bodies(n), body => reader.Read(response.RequestMessage!, response, body, null));
    };

    private static Action Reading(int n, Func<HttpResponseMessage, object?> read)
    {
        string[] names = ["RateLimit", "Retry-After", "Date", "X-RateLimit-Reset", "retry-after-ms", "x-should-retry", "WWW-Authenticate"];
        HttpResponseMessage[] responses =
        [
            .. names.Select(name => Fields(Enumerable.Repeat(name, n / 40), "Sat, 21 Nov 2026 12:00:30 GMT")),
            .. names.Select(name => Fields([name], Repeat("a=1,", n))),
            Fields(Enumerable.Range(0, n / 40).Select(i => $"x-ratelimit-remaining-{i}"), "1"),
        ];
        return Each(responses, read);
    }

    private static HttpResponseMessage Fields(IEnumerable<string> names, string value)
    {
        var response = ProviderError.Response(429, []);
        foreach (var name in names)
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    private static ProblemSource Source(byte[] body, string mediaType) => new(ProviderError.Response(400, body, $"Content-Type: {mediaType}"), body);

    private static string[] Bodies(int n) =>
    [
        """{"message":"m","name":"n","debug_id":"d","ok":false,"documentation_url":"u","errors":[""" + Repeat(Errors, n) + "{}]}",
        """{"error":{"code":429,"type":"t","message":"m","status":"S","details":[""" + Repeat(Errors, n) + "{}]}}",
        """{"error":"e","type":"t","title":"u","errors":{""" + Repeat("\"field\":[\"text\"],", n) + "\"x\":[]}}",
        $$$"""{"errors":{"{{{new string('f', n / 2)}}}":[""" + Repeat("\"\",", n / 2) + "\"\"]}}",
        """{"error":{"code":"c","message":"m","innererror":{""" + Repeat("\"innererror\":{},", n) + "\"code\":\"d\"}}}",
        $"<Error><Code>{Repeat("a", n)}</Code></Error>",
    ];

    private static string[] Documents(int n) =>
    [
        $"<problem xmlns=\"urn:ietf:rfc:7807\">{Repeat("<i>a</i>", n)}</problem>",
        $"<problem xmlns=\"urn:ietf:rfc:7807\">{Repeat("<a>", n)}",
        $"<Error>{Repeat("<a b='c'/>text", n)}</Error>",
    ];

    private static Action Each<T>(IEnumerable<T> inputs, Func<T, object?> read)
    {
        T[] ready = [.. inputs];
        return () => Array.ForEach(ready, input => read(input));
    }
}
