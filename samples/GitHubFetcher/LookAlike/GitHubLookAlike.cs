using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace GitHubFetcher.LookAlike;

/// <summary>As much of GitHub's API as the fetcher sees, on this machine.</summary>
internal sealed class GitHubLookAlike : IAsyncDisposable
{
    /// <summary>Who may be listed.</summary>
    public const string Open = "octocat";

    /// <summary>Who answers 403, although that has nothing to do with limits.</summary>
    public const string Closed = "walled-garden";

    private readonly LookAlikeLimits _limits = new(TimeProvider.System);
    private readonly WebApplication _server;

    private GitHubLookAlike()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        _server = builder.Build();
        _server.MapGet("/users/{account}/repos", AnswerAsync);
    }

    public Uri Url => new(_server.Urls.Single() + "/");

    public Traffic Traffic => _limits.Traffic;

    public static async Task<GitHubLookAlike> StartAsync(CancellationToken cancelled)
    {
        var server = new GitHubLookAlike();
        await server._server.StartAsync(cancelled);
        return server;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        var isClosed = http.GetRouteValue("account") is Closed;
        var number = int.TryParse(http.Request.Query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 1;
        var body = JsonSerializer.SerializeToUtf8Bytes(LookAlikeRepositories.Page(number), Repository.Format);
        var tag = $"W/\"{Convert.ToHexString(SHA256.HashData(body))}\"";
        var isKnown = !isClosed && http.Request.Headers.IfNoneMatch == tag;

        var verdict = _limits.Judge(isClosed, isKnown);
        verdict.Describe(http.Response);
        if (verdict.Refusal is { } refusal)
            return RefuseAsync(http.Response, refusal);

        http.Response.Headers.ETag = tag;
        http.Response.Headers.Link = LookAlikeRepositories.Links(http.Request, number);
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.StatusCode = isKnown ? StatusCodes.Status304NotModified : StatusCodes.Status200OK;
        return isKnown ? Task.CompletedTask : http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    private static Task RefuseAsync(HttpResponse response, Refusal refusal)
    {
        response.StatusCode = StatusCodes.Status403Forbidden;
        return response.WriteAsJsonAsync(new { message = refusal.Message, documentation_url = refusal.Documentation }, response.HttpContext.RequestAborted);
    }
}
