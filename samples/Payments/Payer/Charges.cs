using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Payments;

/// <summary>How one customer is charged: every second one by a call that is made at once, the others together with the payer's own row.</summary>
internal sealed class Charges(Settings settings, IServiceProvider services, PayerBook book)
{
    private readonly bool _hasOutbox = settings.Client == "outbox" && settings.Sabotage != "no-outbox";

    public async Task ChargeAsync(Customer customer)
    {
        // Random: a key made of the customer would balance the books without any outbox.
        var key = Guid.NewGuid().ToString();
        if (_hasOutbox && customer.Number % 2 == 0)
        {
            await book.BeginAsync(customer.Number, key, transaction => EnqueueAsync(customer, key, transaction));
            Outbox.Wake();
            return;
        }

        await book.BeginAsync(customer.Number, key);
        await SendAsync(customer, key);
    }

    /// <summary>After a restart nobody knows whether a call was kept: handing in its key again tells.</summary>
    public async Task AgainAsync(Customer customer, string key)
    {
        if (settings.Sabotage == "random-key-after-restart")
            await SendAsync(customer, Guid.NewGuid().ToString());
        else if (_hasOutbox && settings.Sabotage != "delete-before-answer")
            await EnqueueAsync(customer, key, null);
    }

    private IOutbox Outbox => services.GetRequiredService<IOutbox>();

    private async Task EnqueueAsync(Customer customer, string key, DbTransaction? transaction)
    {
        using var request = Request(customer, key);
        await Outbox.EnqueueAsync("stripe", request, transaction);
    }

    private async Task SendAsync(Customer customer, string key)
    {
        try
        {
            using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("stripe");
            using var request = Request(customer, key);
            using var response = await client.SendAsync(request);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException || e.GetType().Namespace?.StartsWith("Polly", StringComparison.Ordinal) is true)
        {
            // Kept, by a client with an outbox; lost or done, by the others.
        }
    }

    private HttpRequestMessage Request(Customer customer, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/charges")
        {
            Content = new FormUrlEncodedContent([new("reference", customer.Reference), new("cents", customer.Cents.ToString(CultureInfo.InvariantCulture))]),
        };
        if (settings.Client == "outbox")
            request.SetIdempotencyKey(key);
        return request;
    }
}
