using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Payments;

/// <summary>Charges as Stripe does: once per key, with stored results, and with all that goes wrong on the way.</summary>
internal sealed class ChargeHandler(Settings settings, Ledger ledger, Weather weather)
{
    private readonly ConcurrentDictionary<string, bool> _inFlight = new();

    public async Task HandleAsync(HttpContext context)
    {
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (reference, cents) = (form["reference"].ToString(), long.Parse(form["cents"].ToString(), CultureInfo.InvariantCulture));
        if (weather.IsOutage)
            await AnswerAsync(context, 503, "outage");
        else if (weather.IsAboveRate())
            await AnswerAsync(context, 429, "rate_limit");
        else if (key.Length == 0)
            await ChargeAsync(context, Guid.NewGuid().ToString(), reference, cents);
        else if (ledger.Find(key) is { } known)
            await ReplayAsync(context, known, reference, cents);
        else if (!_inFlight.TryAdd(key, true))
            await AnswerAsync(context, 409, "idempotency_key_in_use");
        else
            await ChargeOnceAsync(context, key, reference, cents);
    }

    private static async Task ReplayAsync(HttpContext context, LedgerEntry known, string reference, long cents)
    {
        context.Response.Headers["Idempotent-Replayed"] = "true";
        if (known.Reference != reference || known.Cents != cents)
            await AnswerAsync(context, 400, "idempotency_error");
        else
            await AnswerAsync(context, known.Status, "replayed");
    }

    private async Task ChargeOnceAsync(HttpContext context, string key, string reference, long cents)
    {
        try
        {
            await ChargeAsync(context, key, reference, cents);
        }
        finally
        {
            _inFlight.TryRemove(key, out _);
        }
    }

    private async Task ChargeAsync(HttpContext context, string key, string reference, long cents)
    {
        var fault = weather.Next();
        if (fault is Fault.FailBefore)
        {
            await AnswerAsync(context, 500, "before");
            return;
        }

        if (fault is Fault.StallBefore)
        {
            await Task.Delay(weather.Stall, TimeProvider.System, context.RequestAborted);
            context.Abort();
            return;
        }

        var number = int.Parse(reference.Split('-')[1], CultureInfo.InvariantCulture);
        var status = fault is Fault.StoredFailure ? 500 : Customer.IsDeclined(number, settings.Seed) ? 402 : 200;
        ledger.Append(new(key, reference, cents, status, TimeProvider.System.GetUtcNow()));
        if (fault is Fault.CommitThenReset)
        {
            context.Abort();
            return;
        }

        if (weather.Hold() is { } hold)
        {
            // For the director: now is the worst moment to die.
            await Console.Out.WriteLineAsync($"committed {key}");
            await Task.Delay(hold, TimeProvider.System);
        }

        await AnswerAsync(context, status, "charge");
    }

    private static Task AnswerAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return status < 300
            ? context.Response.WriteAsJsonAsync(new { status = "succeeded" })
            : context.Response.WriteAsJsonAsync(new { error = new { code, message = code } });
    }
}
