using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>The C# of src/Resilience.Http/IdempotencyKey/README.md, compiled.</summary>
public static class IdempotencyKeyReadmeCode
{
    public static void Opening(IServiceCollection services)
    {
        services.AddResilientHttpClient("charges", client => client.BaseAddress = new("https://api.stripe.com/"))
            .AddIdempotencyKey(IdempotencyProfile.Stripe)
            .AddStandardPolicies();
    }

    public static void OfARequest(HttpRequestMessage request, Order order)
    {
        request.SetIdempotencyKey($"charge-{order.Id}");
    }

    public static IdempotencyProfile OfYourOwn()
    {
        var acme = IdempotencyProfile.Standard with { Name = "Acme", HeaderName = "Acme-Request-Id", Methods = ["POST"], Retention = TimeSpan.FromHours(48) };

        return acme;
    }

    /// <summary>What the charge is for.</summary>
    public sealed record Order(int Id);
}
