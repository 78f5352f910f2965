using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Benchmarks.Load;

/// <summary>A server on the loopback, in a process of its own so that its work does not count as the client's.</summary>
internal static class LoopbackUpstream
{
    private static readonly byte[] Body = new byte[256];

    /// <summary>Prints the address it listens on and serves until its standard input ends.</summary>
    public static async Task<int> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        await using (app.ConfigureAwait(false))
        {
            app.Run(static context =>
            {
                context.Response.ContentLength = Body.Length;
                return context.Response.Body.WriteAsync(Body).AsTask();
            });
            await app.StartAsync();
            Console.WriteLine(app.Urls.First());
            await Console.In.ReadToEndAsync();
        }

        return 0;
    }
}
