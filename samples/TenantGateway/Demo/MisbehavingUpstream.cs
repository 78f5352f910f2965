using System.Globalization;
using System.Text;

namespace TenantGateway;

/// <summary>
/// One of two servers behind the gateway. It writes down each request before anything else, so that a kill loses none, and then is slow, overloaded or breaks
/// the connection: always the same requests, for nothing is random.
/// </summary>
internal sealed class MisbehavingUpstream : IDisposable
{
    public const string SpoofedAddress = "203.0.113.66";
    public const string SentHeader = "X-Sent";

    private readonly Lock _lock = new();
    private readonly FileStream _ledger;
    private readonly string _name;
    private int _requests;

    private MisbehavingUpstream(string name, string ledger)
    {
        _name = name;
        _ledger = new(ledger, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
    }

    public static async Task<int> RunAsync(string name, string ledger)
    {
        using var upstream = new MisbehavingUpstream(name, ledger);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Map("/{kind}/{sender}/{number:int}", upstream.AnswerAsync);
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await app.WaitForShutdownAsync();
        return 0;
    }

    public void Dispose() => _ledger.Dispose();

    private async Task AnswerAsync(HttpContext context)
    {
        Write(context.Request);
        var number = Interlocked.Increment(ref _requests);
        await Task.Delay(TimeSpan.FromMilliseconds(number % 40 == 0 ? 400 : number % 10), TimeProvider.System);
        if (number % 50 == 7)
        {
            context.Abort();
            return;
        }

        // What it says of its own limits is not for tenants.
        context.Response.Headers["RateLimit"] = "\"account\";r=1234;t=30";
        context.Response.Headers["RateLimit-Policy"] = "\"account\";q=100000;w=60";
        context.Response.Headers["X-RateLimit-Remaining"] = "1234";
        context.Response.StatusCode = number % 12 == 0 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        await context.Response.WriteAsync(_name);
    }

    private void Write(HttpRequest request)
    {
        var entry = new LedgerEntry(
            TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), long.Parse(request.Headers[SentHeader].ToString(), CultureInfo.InvariantCulture), $"{request.RouteValues["sender"]}", int.Parse($"{request.RouteValues["number"]}", CultureInfo.InvariantCulture),
            request.Headers[ClientHeaders.Tenant].ToString(), request.Headers["Idempotency-Key"].ToString(), LeakIn(request.Headers));
        lock (_lock)
        {
            _ledger.Write(Encoding.ASCII.GetBytes($"{entry}\n"));
            _ledger.Flush();
        }
    }

    private static string LeakIn(IHeaderDictionary headers)
        => string.Join(',', headers.Where(header => header.Value.ToString() is var value && (value.Contains("tg_", StringComparison.Ordinal) || value.Contains(SpoofedAddress, StringComparison.Ordinal)))
            .Select(header => header.Key));
}
