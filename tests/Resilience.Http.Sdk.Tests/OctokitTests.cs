using Octokit;
using Octokit.Internal;

namespace Resilience.Http.Sdk.Tests;

public sealed class OctokitTests : SdkContract
{
    private protected override string Name => "Octokit";

    private protected override Reply Answer => Json("""{"id":1,"title":"Slow"}""");

    private protected override Task ReadAsync(SdkHost host) => Issues(host).Get("ada", "engine", 1);

    private protected override Task WriteAsync(SdkHost host) => Issues(host).Create("ada", "engine", new("Slow"));

    private static IIssuesClient Issues(SdkHost host)
        => new GitHubClient(new Connection(new("tests"), new HttpClientAdapter(() => host.Handler))).Issue;
}
