namespace Resilience.Http.Tests;

public sealed class IdempotencyKeyGrammarTests
{
    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void Bounds_the_length(int length, bool isValid)
        => (IdempotencyKeyGrammar.Format(new string('k', length), IdempotencyKeyFormat.Raw, out _) is not null).Should().Be(isValid);

    [Theory]
    [InlineData("\"8e03978e-40d5-43e8-bc93-6894a57f9324\"", true, true)]
    [InlineData("8e03978e-40d5-43e8-bc93-6894a57f9324", false, true)]
    [InlineData("e03978e8-40d5-43e8-bc93-6894a57f9324", false, true)]
    [InlineData("clkyoesmbgybucifusbbtdsbohtyuuwz", false, true)]
    [InlineData("\"\"", false, false)]
    [InlineData("\"a\\\"b\"", true, true)]
    [InlineData("\"a\\\\b\"", true, true)]
    [InlineData("\"a\\nb\"", false, false)]
    [InlineData("\"é\"", false, false)]
    [InlineData("\"abc", false, false)]
    [InlineData("'abc'", false, true)]
    [InlineData("\"a\" \"b\"", false, false)]
    [InlineData("\"k1\", \"k2\"", false, false)]
    [InlineData("\"k1\";p=1", true, false)]
    public void Judges_a_header_that_the_caller_wrote(string value, bool isStructured, bool isRaw)
    {
        (IdempotencyKeyGrammar.FindFaultInHeader(value, IdempotencyKeyFormat.StructuredString) is null).Should().Be(isStructured);
        (IdempotencyKeyGrammar.FindFaultInHeader(value, IdempotencyKeyFormat.Raw) is null).Should().Be(isRaw);
    }
}
