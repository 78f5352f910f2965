using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

public sealed class IdempotencyProfileTests
{
    private const string InUse = """{"error":{"code":"idempotency_key_in_use","type":"invalid_request_error"}}""";
    private const string Reused = """{"error":{"type":"idempotency_error","message":"Keys can only be used with the same parameters."}}""";
    private const string Adyen704 = """{"errorCode":"704","message":"request already processed or in progress"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // After a 504, whose outcome is unknown, or as the first answer ever: how many requests, and why there was no further one.
    [Theory]
    [InlineData("Standard", 409, "", "", 3, RetryStopReason.Final, 2)]
    [InlineData("Standard", 422, "", "", 2, RetryStopReason.Final, 1)]
    [InlineData("Stripe", 409, InUse, "", 3, RetryStopReason.Final, 2)]
    [InlineData("Stripe", 400, Reused, "", 2, RetryStopReason.Final, 1)]
    [InlineData("Stripe", 409, """{"error":{"code":"resource_missing"}}""", "", 2, RetryStopReason.Final, 1)]
    [InlineData("StripeV2", 409, InUse, "", 3, RetryStopReason.Final, 2)]
    [InlineData("Adyen", 409, Adyen704, "true", 3, RetryStopReason.Final, 2)]
    [InlineData("Adyen", 422, Adyen704, "true", 3, RetryStopReason.Final, 2)]
    [InlineData("Adyen", 409, Adyen704, "", 2, RetryStopReason.Final, 1)]
    [InlineData("Adyen", 422, "{}", "", 2, RetryStopReason.Final, 1)]
    [InlineData("PayPal", 409, "", "", 3, RetryStopReason.Final, 2)]
    [InlineData("Checkout", 409, "", "", 3, RetryStopReason.Final, 2)]
    [InlineData("Mangopay", 409, "", "", 2, RetryStopReason.AlreadyDone, 1)]
    [InlineData("TrueLayer", 409, "", "", 3, RetryStopReason.Final, 2)]
    [InlineData("TrueLayer", 422, "", "", 2, RetryStopReason.Final, 1)]
    [InlineData("Ppro", 409, "", "", 3, RetryStopReason.Final, 2)]
    [InlineData("Square", 409, "", "", 3, RetryStopReason.Final, 2)]
    [InlineData("Square", 409, """{"errors":[{"category":"INVALID_REQUEST_ERROR","code":"IDEMPOTENCY_KEY_REUSED"}]}""", "", 2, RetryStopReason.Final, 1)]
    public async Task Knows_what_a_conflict_means(string profile, int status, string body, string transient, int afterUnknown, RetryStopReason reason, int asFirst)
    {
        var unknownFirst = await SendAsync(profile, Answers(504, status, 200));
        var conflictFirst = await SendAsync(profile, Answers(status, 200));

        unknownFirst.Should().Be((afterUnknown, reason));
        conflictFirst.Should().Be((asFirst, RetryStopReason.Final));

        Func<int, HttpResponseMessage> Answers(params int[] statuses) => request =>
        {
            var response = new HttpResponseMessage((HttpStatusCode)statuses[request]);
            if (statuses[request] == status)
                response.Content = new StringContent(body);
            if (statuses[request] == status && transient.Length > 0)
                response.Headers.Add("transient-error", transient);
            return response;
        };
    }

    [Fact]
    public async Task Remembers_what_may_have_been_done_however_many_attempts_ago()
    {
        int[] statuses = [504, 504, 409];

        (await SendAsync("Mangopay", request => new((HttpStatusCode)statuses[request]))).Should().Be((3, RetryStopReason.AlreadyDone));
    }

    [Theory]
    [InlineData("Checkout", 500, 1)]
    [InlineData("Checkout", 503, 1)]
    [InlineData("Checkout", 504, 2)]
    [InlineData("Checkout", 429, 2)]
    [InlineData("Stripe", 500, 2)]
    [InlineData("StripeV2", 500, 2)]
    public async Task Does_not_repeat_after_an_effect_that_the_key_does_not_cover(string profile, int status, int requests)
    {
        var (sent, _) = await SendAsync(profile, request => new((HttpStatusCode)(request == 0 ? status : 200)));

        sent.Should().Be(requests);
    }

    [Theory]
    [InlineData("Standard", "Idempotency-Key")]
    [InlineData("PayPal", "PayPal-Request-Id")]
    [InlineData("Checkout", "Cko-Idempotency-Key")]
    [InlineData("Ppro", "Request-Idempotency-Key")]
    [InlineData("Square", null)]
    public async Task Writes_the_header_that_the_provider_reads(string profile, string? header)
    {
        string[] sent = [];
        using var stub = new ScriptedUpstream((request, _) => new HttpResponseMessage { Headers = { { "X-Sent", string.Join(' ', sent = [.. request.Headers.NonValidated.Select(field => field.Key)]) } } });
        using var host = new TestHost(client => client.AddIdempotencyKey(IdempotencyProfile.Find(profile)!), primary: stub);
        using var request = Keyed();

        using var response = await host.Client.SendAsync(request, Cancelled);

        sent.Should().BeEquivalentTo(header is null ? [] : new[] { header });
    }

    [Fact]
    public async Task Rejects_a_request_whose_key_in_the_body_is_not_named()
    {
        using var stub = new ScriptedUpstream(200);
        using var host = new TestHost(client => client.AddIdempotencyKey(IdempotencyProfile.Square), primary: stub);

        var failure = await Record.ExceptionAsync(() => host.Client.PostAsync("/", null, Cancelled));

        failure.Should().BeOfType<InvalidIdempotencyKeyException>().Which.Message.Should().Contain("SetIdempotencyKey");
        stub.Attempts.Count.Should().Be(0);
    }

    [Theory]
    [InlineData("Mangopay", "short", false)]
    [InlineData("Mangopay", "0123456789_abcdef", false)]
    [InlineData("Mangopay", "0123456789-abcdef", true)]
    [InlineData("Adyen", "0123456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("Adyen", "01234567890123456789012345678901234567890123456789012345678901234", false)]
    public async Task Checks_length_and_alphabet(string profile, string key, bool isValid)
    {
        using var stub = new ScriptedUpstream(200);
        using var host = new TestHost(client => client.AddIdempotencyKey(IdempotencyProfile.Find(profile)!), primary: stub);
        using var request = Keyed(key);

        var failure = await Record.ExceptionAsync(() => host.Client.SendAsync(request, Cancelled));

        (failure is null).Should().Be(isValid);
    }

    [Fact]
    public async Task Does_not_trust_a_key_on_a_method_that_the_provider_ignores_it_on()
    {
        using var stub = new ScriptedUpstream(503, 200);
        using var host = new TestHost(client => client.AddIdempotencyKey(IdempotencyProfile.Adyen).AddRetry(), primary: stub);
        using var request = Keyed(method: HttpMethod.Patch);

        using var response = await host.Client.SendAsync(request, Cancelled);

        stub.Attempts.Count.Should().Be(1);
    }

    [Fact]
    public async Task Stops_at_the_mark_of_a_stored_failure()
    {
        var (sent, reason) = await SendAsync("Ppro", _ => new(HttpStatusCode.InternalServerError) { Headers = { { "Request-Idempotency", "true" } } });

        (sent, reason).Should().Be((1, RetryStopReason.FailureReplayed));
    }

    [Fact]
    public void Is_chosen_by_its_name_in_configuration()
    {
        var options = Configured(("Profile", "mangopay"), ("Methods:0", "PUT"));

        options.Profile.Should().Be(IdempotencyProfile.Mangopay);
        options.Methods.Should().BeEquivalentTo("POST", "PUT");
    }

    [Fact]
    public void Stops_the_host_when_configuration_names_an_unknown_one()
    {
        var act = () => Configured(("Profile", "Wallet"));

        act.Should().Throw<OptionsValidationException>().WithMessage("*pay:IdempotencyKey*Profile must be one of Standard, Stripe, *");
    }

    private static IdempotencyKeyOptions Configured(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(set => KeyValuePair.Create($"pay:IdempotencyKey:{set.Key}", (string?)set.Value))).Build();
        using var services = new ServiceCollection().AddResilientHttpClient("pay", configuration.GetSection("pay")).AddIdempotencyKey().Services.BuildServiceProvider();
        return services.GetRequiredService<IOptionsMonitor<IdempotencyKeyOptions>>().Get("pay");
    }

    private static HttpRequestMessage Keyed(string key = "0123456789abcdef", HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Post, "/");
        request.SetIdempotencyKey(key);
        return request;
    }

    private static async Task<(int Requests, RetryStopReason Reason)> SendAsync(string profile, Func<int, HttpResponseMessage> answer)
    {
        var requests = 0;
        using var stub = new ScriptedUpstream((_, _) => answer(requests++));
        using var host = new TestHost(client => client.AddIdempotencyKey(IdempotencyProfile.Find(profile)!).AddRetry(), primary: stub);
        using var request = Keyed();
        using var response = await host.Client.SendAsync(request, Cancelled);
        return (requests, request.GetRetryReport()?.Reason ?? RetryStopReason.Final);
    }
}
