using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

/// <summary>Whatever becomes of a provider's answer on its way, there is a problem with the real status, and nothing is thrown.</summary>
public sealed partial class DialectProperties
{
    private static readonly string[] Samples =
    [
        """{"message":"rate limit","errors":[{"resource":"Label","field":"na/me","code":"already_exists"},"x"],"documentation_url":"u","status":"422"}""",
        """{"error":{"type":"card_error","code":"card_declined","decline_code":"d","message":"m","param":null}}""",
        """{"errors":[{"id":"e","status":"422","code":"C","title":"t","detail":"d","source":{"pointer":"/a"},"links":{"type":{"href":"u"},"about":"a"}},{"code":"D"}]}""",
        """{"errors":[{"message":"m","locations":[{"line":3}],"path":["a"],"extensions":{"code":"FORBIDDEN"}}],"data":null}""",
        """{"ok":false,"error":"invalid_client","error_description":"d","error_uri":"u","needed":["a"]}""",
        """{"error":{"code":429,"message":"m","status":"S","errors":[{"reason":"r","domain":"d"}],"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"R","metadata":{}},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3.5s"},{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"f"}]},{"@type":"type.googleapis.com/google.rpc.Help","links":[{"url":"u"}]}]}}""",
        """{"__type":"a.b#FooError:http://x","code":"c","message":"m"}""",
        """{"error":{"code":"A","message":"m","target":"t","details":[{"code":"B","message":"n"}],"innererror":{"code":"C","innererror":{"code":"D"}}}}""",
        """{"message":"m","retry_after":0.65,"global":false,"code":5}""",
        """{"name":"N","message":"m","debug_id":"d","details":[{"field":"/a","issue":"i","description":"d"}]}""",
        """{"errors":{"title":["is blank"],"b":"x"},"message":"m"}""",
        """{"errors":[{"code":88,"message":"m"},{"code":89}]}""",
        """{"type":"t","title":"u","errors":["a"]}""",
        "<ErrorResponse xmlns='urn:x'><Error><Code>C</Code><Message>&#x61;</Message></Error><RequestId>7</RequestId></ErrorResponse>",
    ];

    private static readonly string[] Values =
        ["null", "5", "1e999", "\"\"", "\"s\"", """ "\ud83d" """, "[]", "{}", "[null]", "[[{}]]", """{"code":[],"message":"m"}""", """[{"\ud83d":1,"code":7}]""", "true"];

    private static readonly string[] ContentTypes =
    [
        "application/json", "application/json; charset=utf-16", "application/vnd.api+json", "application/graphql-response+json", "application/x-amz-json-1.1",
        "application/xml", "text/html",
    ];

    private static readonly string[] Fields =
    [
        "X: y", "x-amzn-errortype: a#b:c", "x-amzn-errortype: #", "x-amzn-query-error: ;", "x-amzn-requestid: 1", "x-ms-error-code: \ud83d", "WWW-Authenticate: Bearer error=\"\\",
        "WWW-Authenticate: Bearer ==,=\"a\"\"b\", error", "WWW-Authenticate: Bearer error=x, error=\"y",
    ];

    [Fact]
    public void Holds_for_answers_with_bytes_changed()
        => Prop.ForAll(Mutants(ChangeBytes).ToArbitrary(), IsHarmless).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Holds_for_answers_with_values_of_other_types()
        => Prop.ForAll(Mutants(ChangeValues).ToArbitrary(), IsHarmless).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Fact]
    public void Holds_for_any_challenge()
        => Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text => AuthenticationParameters.Parse(text.Get).Values.All(value => value.Length <= text.Get.Length))
            .QuickCheckThrowOnFailure();

    private static Gen<(string Body, string ContentType, string Field, int Status)> Mutants(Func<string, int, int, string> change)
        => from sample in Gen.Elements(Samples)
           from changes in Gen.Choose(0, 10_000).Zip(Gen.Choose(0, 255)).ListOf()
           from contentType in Gen.Elements(ContentTypes)
           from field in Gen.Elements(Fields)
           from status in Gen.OneOf(Gen.Elements(400, 403), Gen.Choose(400, 999))
           select (changes.Aggregate(sample, (body, next) => change(body, next.Item1, next.Item2)), contentType, field, status);

    private static bool IsHarmless((string Body, string ContentType, string Field, int Status) answer)
    {
        var body = Encoding.UTF8.GetBytes(answer.Body);
        using var response = ProviderError.Response(answer.Status, body, $"Content-Type: {answer.ContentType}", answer.Field);

        var problem = ProblemReader.Read(Outcome.FromResponse(response), body, FailedResponse.Limit);
        using var written = JsonDocument.Parse(problem.ToJson());
        using var passedOn = problem.ToResponse();
        var success = ProblemDialects.ReadSuccess(new ProblemSource(response, body), new ProblemDetailsOptions { InspectGraphQL = true, InspectSlack = true });

        return problem.Status == (HttpStatusCode)answer.Status
            && problem.Kind is not OutcomeKind.Success
            && problem.ToString().StartsWith($"{answer.Status} ", StringComparison.Ordinal)
            && written.RootElement.GetProperty("status").GetInt32() == answer.Status
            && passedOn.StatusCode == problem.Status
            && success?.Kind is not OutcomeKind.Success
            && problem.Code is not "";
    }

    private static string ChangeBytes(string body, int at, int value) => string.Concat(body.AsSpan(0, at % body.Length), $"{(char)value}", body.AsSpan((at % body.Length) + 1));

    private static string ChangeValues(string body, int at, int value)
    {
        var matches = Value().Matches(body);
        if (matches.Count == 0)
            return body;

        var match = matches[at % matches.Count];
        return string.Concat(body.AsSpan(0, match.Index), Values[value % Values.Length], body.AsSpan(match.Index + match.Length));
    }

    [GeneratedRegex("""(?<=[:\[,])("[^"\\]*"|[0-9.]+|null|false|true|\[[^\[\]]*\]|\{[^{}]*\})(?=[,\]}])""")]
    private static partial Regex Value();
}
