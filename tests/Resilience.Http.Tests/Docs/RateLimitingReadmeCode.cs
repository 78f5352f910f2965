using System.Text.Json;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>The C# of src/Resilience.Http/RateLimiting/README.md, compiled.</summary>
public static class RateLimitingReadmeCode
{
    public static void Opening(IServiceCollection services)
    {
        services.AddSingleton<IQuotaProvider, OfficeHours>();                           // the rate, by partition and by hour
        services.AddResilientHttpClient("llm").AddIdempotencyKey().AddRetry().AddTokenBucket(bucket =>
        {
            bucket.PermitsPerSecond = 10;                                               // attempts, if the provider does not say
            bucket.Limits["hour"] = new(20_000, TimeSpan.FromHours(1));                 // besides, also attempts
            bucket.Limits["tokens"] = new(90_000, TimeSpan.FromMinutes(1))              // besides, tokens of the model
            {
                CostOf = request => 1_000,                                              // an estimate, taken before the attempt
                ActualCostOf = UsageOf,                                                 // corrected by the answer
            };
        }).AddAttemptTimeout();
    }

    public static void LookingInside(ResilienceRegistry registry)
    {
        foreach (var bucket in registry["llm"].TokenBuckets)
            Console.WriteLine($"{bucket.Partition}: {bucket.Level}, {bucket.Limits["hour"].Level} this hour, {bucket.Waiting} wait");
    }

    public static int? UsageOf(AttemptResult result)
    {
        if (result.ReadBody() is not { Length: > 0 } body)
            return null;                                                            // it took what it took

        using var answer = JsonDocument.Parse(body);
        return Math.Min(answer.RootElement.GetProperty("usage").GetProperty("total_tokens").GetInt32(), 20_000);
    }

    public sealed class OfficeHours(TimeProvider clock) : IQuotaProvider
    {
        private static readonly QuotaRate Day = new(5, TimeSpan.FromSeconds(1));
        private static readonly QuotaRate Night = new(50, TimeSpan.FromSeconds(1));

        public QuotaRate? Find(string quota, string partition) => clock.GetLocalNow().Hour is >= 8 and < 18 ? Day : Night;
    }

    public static void Inbound(IServiceCollection services, IQuotaProvider plans)
    {
        services.AddRateLimiter(inbound =>
        {
            inbound.GlobalLimiter = new PartitionedTokenBucketLimiter<HttpContext>(
                new() { PermitsPerSecond = 5, QueueLimit = 0, Limits = { ["day"] = new(50_000, TimeSpan.FromDays(1)) } },
                context => context.User.Identity?.Name ?? $"{context.Connection.RemoteIpAddress}",
                provider: plans);
            inbound.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            inbound.OnRejected = (context, _) =>
            {
                if (context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
                    context.HttpContext.Response.Headers.RetryAfter = $"{Math.Ceiling(wait.TotalSeconds)}";
                return default;
            };
        });
    }
}
