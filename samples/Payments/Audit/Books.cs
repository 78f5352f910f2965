using System.Net;
using System.Net.Http.Json;

namespace Payments;

/// <summary>What was charged, by customer, as the provider's books have it.</summary>
internal static class Books
{
    /// <summary>From the ledger of a provider that has ended.</summary>
    public static async Task<ILookup<string, Charge>> ReadAsync(string ledger)
        => (await File.ReadAllLinesAsync(ledger)).Select(LedgerEntry.Parse).Where(entry => entry.IsCharge).ToLookup(entry => entry.Reference, entry => new Charge(entry.Reference, entry.Cents));

    /// <summary>From a provider that runs on.</summary>
    public static async Task<ILookup<string, Charge>> AskAsync(Uri provider, IEnumerable<string> references)
    {
        using var client = new HttpClient { BaseAddress = provider };
        var charges = new List<Charge>();
        foreach (var reference in references)
        {
            using var response = await client.GetAsync(new Uri($"/charges/{reference}", UriKind.Relative));
            if (response.StatusCode is not HttpStatusCode.NotFound)
                charges.AddRange((await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<long[]>())!.Select(cents => new Charge(reference, cents)));
        }

        return charges.ToLookup(charge => charge.Reference);
    }

    /// <summary>One charge of a customer.</summary>
    internal readonly record struct Charge(string Reference, long Cents);
}
