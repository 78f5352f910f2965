namespace Resilience.Http.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public async Task Changes_only_on_purpose()
    {
        var cancelled = TestContext.Current.CancellationToken;
        var received = Path.Combine(AppContext.BaseDirectory, "PublicApi.received.txt");
        string[] now = [.. PublicApi.Lines(typeof(ResilienceException).Assembly)];
        await File.WriteAllLinesAsync(received, now, cancelled);

        var approved = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Docs", "PublicApi.approved.txt"), cancelled);

        string[] changes = [.. approved.Except(now).Select(line => $"- {line}"), .. now.Except(approved).Select(line => $"+ {line}")];
        if (changes.Length > 0 || !now.SequenceEqual(approved))
            Assert.Fail($"{string.Join('\n', changes)}\nTo accept: cp '{received}' tests/Resilience.Http.Tests/Docs/PublicApi.approved.txt");
    }
}
