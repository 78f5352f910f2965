namespace Resilience.Http.Tests;

public sealed class AwsErrorTests
{
    [Fact]
    public void Throttles_with_400()
    {
        var problem = ProviderError.Read(
            400,
            """{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"Table 'orders' is over its write capacity."}""",
            "Content-Type: application/x-amz-json-1.0",
            "x-amzn-RequestId: 4711");

        ProviderError.Json(problem).Should().Be(
            """{"title":"Bad Request","detail":"Table 'orders' is over its write capacity.","code":"ProvisionedThroughputExceededException","request_id":"4711"}""");
        problem.Should().BeEquivalentTo(new { Code = "ProvisionedThroughputExceededException", Kind = OutcomeKind.Throttled });
    }

    [Theory]
    [InlineData("FooError", "FooError")]
    [InlineData("FooError:http://internal.amazon.com/coral/com.amazon.coral.validate/", "FooError")]
    [InlineData("aws.protocoltests.restjson#FooError", "FooError")]
    [InlineData("aws.protocoltests.restjson#FooError:http://internal.amazon.com/coral/com.amazon.coral.validate/", "FooError")]
    [InlineData(":", null)]
    [InlineData("a#", null)]
    public void A_name_is_freed_of_what_surrounds_it(string raw, string? name)
    {
        ProviderError.Read(400, """{"message":"m"}""", $"X-Amzn-Errortype: {raw}").Code.Should().Be(name);
        ProviderError.Read(400, $$"""{"__type":"{{raw}}"}""").Code.Should().Be(name);
        ProviderError.Read(400, $$"""{"code":"{{raw}}","message":"m"}""", "x-amzn-requestid: 1").Code.Should().Be(name);
    }

    [Theory]
    [InlineData(400, "ThrottlingException", OutcomeKind.Throttled)]
    [InlineData(400, "TooManyRequestsException", OutcomeKind.Throttled)]
    [InlineData(400, "ResourceNotFoundException", OutcomeKind.NotFound)]
    [InlineData(400, "ConditionalCheckFailedException", OutcomeKind.Conflict)]
    [InlineData(403, "ExpiredTokenException", OutcomeKind.Unauthorized)]
    [InlineData(400, "AccessDeniedException", OutcomeKind.Forbidden)]
    [InlineData(400, "ValidationException", OutcomeKind.InvalidRequest)]
    [InlineData(503, "SlowDown", OutcomeKind.Throttled)]
    [InlineData(503, "Whatever", OutcomeKind.Unavailable)]
    public void The_name_says_what_it_is(int status, string name, OutcomeKind kind)
        => ProviderError.Read(status, "", $"x-amzn-errortype: {name}").Kind.Should().Be(kind);

    [Theory]
    [InlineData("<Error><Code>SlowDown</Code><Message>Reduce your rate.</Message><RequestId>7</RequestId></Error>")]
    [InlineData("<ErrorResponse xmlns='http://sts.amazonaws.com/doc/2011-06-15/'><Error><Type>Sender</Type><Code>SlowDown</Code><Message>Reduce your rate.</Message></Error><RequestId>7</RequestId></ErrorResponse>")]
    [InlineData("<Response><Errors><Error><Code>SlowDown</Code><Message>Reduce your rate.</Message></Error></Errors><RequestID>7</RequestID></Response>")]
    public void The_older_services_speak_XML(string body)
    {
        var problem = ProviderError.Read(503, body, "Content-Type: application/xml");

        ProviderError.Json(problem).Should().Be("""{"title":"Service Unavailable","detail":"Reduce your rate.","code":"SlowDown","request_id":"7"}""");
    }

    [Fact]
    public void The_code_of_the_query_protocol_comes_first()
    {
        var problem = ProviderError.Read(
            400,
            """{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"m"}""",
            "x-amzn-query-error: AWS.SimpleQueueService.NonExistentQueue;Sender");

        problem.Code.Should().Be("AWS.SimpleQueueService.NonExistentQueue");
    }
}
