using Octokit;
using Octokit.Internal;

namespace Resilience.Http.Sdk.Tests;

public sealed class OctokitTests : SdkContract
{
    private protected override string Name => "Octokit";

    private protected override Reply Answer => Json("""{"id":1,"title":"Slow"}""");

    private protected override Task ReadAsync(SdkHost host)
        => GitHub(host).Connection.Get<Issue>(new("repos/ada/engine/issues/1", UriKind.Relative), new Dictionary<string, string>(), null, host.Cancelled);

    private protected override Task WriteAsync(SdkHost host) => GitHub(host).Issue.Create("ada", "engine", new("Slow"));

    private static GitHubClient GitHub(SdkHost host) => new(new Connection(new("tests"), new HttpClientAdapter(() => host.Handler)));
}
