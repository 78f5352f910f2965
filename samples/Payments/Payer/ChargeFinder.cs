using System.Net;
using Microsoft.AspNetCore.WebUtilities;

namespace Payments;

/// <summary>Asks the provider whether a customer was charged, where a key no longer tells.</summary>
public sealed class ChargeFinder(IHttpClientFactory clients) : IOutboxReconciler
{
    public async Task<OutboxFinding> FindAsync(OutboxCall kept, CancellationToken cancellationToken)
    {
        var form = QueryHelpers.ParseQuery(System.Text.Encoding.UTF8.GetString(kept.Body.Span));
        using var lookup = clients.CreateClient("lookup");
        using var response = await lookup.GetAsync($"/charges/{form["reference"]}", cancellationToken);
        Console.WriteLine($"asked {response.StatusCode}");
        return response.StatusCode switch
        {
            HttpStatusCode.OK => OutboxFinding.Exists,
            HttpStatusCode.NotFound => OutboxFinding.Absent,
            _ => OutboxFinding.Unknown,
        };
    }
}
