using Microsoft.AspNetCore.Http;

namespace TenantGateway.Tests;

public sealed class HeaderTests
{
    private const string Key = "tg_0123456789abcdefghijklmnopqrstuvwxyz";

    private static readonly Tenant Acme = new("acme", "Free", new(100, TimeSpan.FromMinutes(1), 10));

    private readonly HeaderDictionary _headers = [];

    [Theory]
    [InlineData(7L, 0, "\"Free\";r=7;t=2", "7", "2")]
    [InlineData(0L, 500, "\"Free\";r=0;t=1", "0", "1")]
    [InlineData(-3L, 0, "\"Free\";r=0;t=6", "0", "6")]
    [InlineData(99L, 0, "\"Free\";r=10;t=0", "10", "0")]
    public void Says_what_is_left_and_when_there_is_more(long left, int wait, string field, string remaining, string reset)
    {
        RateLimitFields.Write(_headers, Acme, left, TimeSpan.FromMilliseconds(wait));

        _headers["RateLimit"].ToString().Should().Be(field);
        (_headers["X-RateLimit-Limit"].ToString(), _headers["X-RateLimit-Remaining"].ToString(), _headers["X-RateLimit-Reset"].ToString()).Should().Be(("10", remaining, reset));
        _headers["RateLimit-Policy"].ToString().Should().Be("\"Free\";q=10;w=6");
    }

    [Fact]
    public void Says_nothing_of_what_nobody_knows()
    {
        RateLimitFields.Write(_headers, Acme, left: null, TimeSpan.Zero);

        _headers.Keys.Should().BeEquivalentTo("RateLimit-Policy", "X-RateLimit-Limit");
    }

    [Theory]
    [InlineData("ratelimit-remaining")]
    [InlineData("X-Rate-Limit-Reset")]
    [InlineData("x-ratelimit-remaining-tokens")]
    [InlineData("anthropic-ratelimit-requests-reset")]
    [InlineData("Retry-After")]
    [InlineData("Set-Cookie")]
    [InlineData("WWW-Authenticate")]
    [InlineData("X-Quota-Remaining")]
    [InlineData("X-App-Usage")]
    [InlineData("Sforce-Limit-Info")]
    [InlineData("X-Shopify-Shop-Api-Call-Limit")]
    [InlineData("OpenAI-Project")]
    [InlineData("anthropic-organization-id")]
    [InlineData("X-OAuth-Scopes")]
    [InlineData("GitHub-Authentication-Token-Expiration")]
    public void Takes_out_what_tells_about_the_account(string name)
    {
        (_headers[name], _headers["ETag"]) = ("1", "\"1\"");

        AnswerHeaders.Clean(_headers);

        _headers.Keys.Should().Equal("ETag");
    }

    [Fact]
    public void A_cache_keeps_the_answers_of_tenants_apart()
    {
        var response = new DefaultHttpContext().Response;
        response.Headers.Vary = "Accept";

        AnswerHeaders.Clean(response);

        response.Headers.Vary.Should().Equal("Accept", "X-Api-Key");
    }

    [Fact]
    public void A_key_is_read_once_and_only_once()
    {
        ClientHeaders.ReadKey(_headers).Should().BeNull();
        _headers["X-Api-Key"] = "one";
        ClientHeaders.ReadKey(_headers).Should().Be("one");
        _headers["x-api-key"] = new(["one", "one"]);
        FluentActions.Invoking(() => ClientHeaders.ReadKey(_headers)).Should().Throw<BadHttpRequestException>();
        _headers["X-Api-Key"] = new(["one", ""]);
        FluentActions.Invoking(() => ClientHeaders.ReadKey(_headers)).Should().Throw<BadHttpRequestException>();
        _headers["X-Api-Key"] = "one, two";
        FluentActions.Invoking(() => ClientHeaders.ReadKey(_headers)).Should().Throw<BadHttpRequestException>();
    }

    [Theory]
    [InlineData("X-Api-Key")]
    [InlineData("Authorization")]
    [InlineData("Cookie")]
    [InlineData("X-Forwarded-User")]
    [InlineData("x-original-url")]
    [InlineData("Forwarded")]
    [InlineData("X_Tenant")]
    [InlineData("X.Tenant")]
    [InlineData("PayPal.Request~Id")]
    [InlineData("Upgrade")]
    [InlineData("Idempotency_Key")]
    [InlineData("User_Agent")]
    [InlineData("Stripe-Account")]
    [InlineData("OpenAI-Organization")]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("X-Method")]
    [InlineData("Client-IP")]
    [InlineData("X-Real-IP")]
    [InlineData("Destination")]
    [InlineData("X-Request-Id")]
    [InlineData("Sec-WebSocket-Protocol")]
    [InlineData("LinkedIn-Member")]
    [InlineData("Xero-Practice")]
    [InlineData("x-amzn-bedrock-guardrail")]
    [InlineData("Anything-Else")]
    public void What_a_client_says_of_itself_goes_no_further(string name)
    {
        (_headers[name], _headers["Accept"]) = ("mine", "*/*");

        Prepare();

        _headers.Keys.Should().BeEquivalentTo("Accept", "X-Tenant");
    }

    [Theory]
    [InlineData("Idempotency-Key")]
    [InlineData("Cko-Idempotency-Key")]
    [InlineData("request-idempotency-key")]
    [InlineData("I-Twilio-Idempotency-Token")]
    [InlineData("paypal-request-id")]
    public void Whatever_names_a_write_gets_its_tenant_before_it(string name)
    {
        _headers[name] = "key";

        Prepare();

        _headers[name].ToString().Should().Be("acme:key");
    }

    [Theory]
    [InlineData("key", "acme:key")]
    [InlineData("\"key\"", "\"acme:key\"")]
    [InlineData("bolt:key", "acme:bolt:key")]
    public void An_idempotency_key_gets_its_tenant_before_it(string key, string prefixed)
    {
        _headers["Idempotency-Key"] = key;

        Prepare();

        _headers["Idempotency-Key"].ToString().Should().Be(prefixed);
    }

    [Fact]
    public void An_idempotency_key_that_is_doubled_empty_or_too_long_is_invalid()
    {
        foreach (var values in new string[][] { ["a", "b"], [""], ["a,b"], [new('a', 251)] })
        {
            _headers["Idempotency-Key"] = values;
            FluentActions.Invoking(Prepare).Should().Throw<BadHttpRequestException>();
        }
    }

    [Fact]
    public void What_HTTP_says_of_a_message_goes_on()
    {
        string[] names = ["User-Agent", "accept", "IF-NONE-MATCH", "Range", "Content-Type", "traceparent", "grpc-timeout", "TE", "Sec-WebSocket-Key"];
        foreach (var name in names)
            _headers[name] = "1";

        Prepare();

        _headers.Keys.Should().BeEquivalentTo([.. names, "X-Tenant"]);
    }

    [Fact]
    public void What_an_upstream_does_not_obey_may_be_named()
    {
        var settings = new GatewaySettings { IdempotencyHeaders = { "X-Request-Token" } };
        foreach (var name in new[] { "x-session-id", "X-Request-Token", "X-Session_Id" })
            _headers[name] = "1";

        ClientHeaders.Prepare(_headers, Acme, Key, ["X-Session-Id", "X-Request-Token"], settings);

        _headers.Select(header => $"{header.Key}: {header.Value}").Should().BeEquivalentTo("x-session-id: 1", "X-Request-Token: acme:1", "X-Tenant: acme");
    }

    [Fact]
    public void The_key_is_in_no_other_header()
    {
        _headers["User-Agent"] = new(["curl", $"mine/{Key}"]);

        FluentActions.Invoking(Prepare).Should().Throw<BadHttpRequestException>();
    }

    [Theory]
    [InlineData("caf\u00e9")]
    [InlineData("a\u001b[31m")]
    [InlineData("a\u000bb")]
    [InlineData("a\u007f")]
    public void A_header_that_is_no_text_of_ASCII_is_invalid(string value)
    {
        _headers["Accept"] = new(["fine\t", value]);

        FluentActions.Invoking(Prepare).Should().Throw<BadHttpRequestException>();
    }

    [Fact]
    public void Connection_takes_out_what_it_names_but_not_what_the_gateway_says()
    {
        (_headers["Connection"], _headers["Range"], _headers["Upgrade"]) = ("keep-alive, Range, X-Tenant, Upgrade", "1", "websocket");

        Prepare();

        _headers.Should().NotContainKey("Range").And.ContainKey("Upgrade");
        _headers["Connection"].ToString().Should().Be("Upgrade");
        _headers["X-Tenant"].ToString().Should().Be("acme");
    }

    private void Prepare() => ClientHeaders.Prepare(_headers, Acme, Key, [], new());
}
