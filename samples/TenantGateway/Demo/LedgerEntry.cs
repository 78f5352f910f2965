using System.Globalization;

namespace TenantGateway;

/// <summary>A request that reached an upstream.</summary>
/// <param name="At">When, in milliseconds of Unix time.</param>
/// <param name="Sent">When its sender sent it.</param>
/// <param name="Sender">Who sent it, by its path, which the gateway does not touch.</param>
/// <param name="Number">Which of the sender's requests it is; attempts have the same.</param>
/// <param name="Tenant">Who sent it, as the gateway says.</param>
/// <param name="IdempotencyKey">Its idempotency key, empty for none.</param>
/// <param name="Leak">What should not have come through; empty for nothing.</param>
internal sealed record LedgerEntry(long At, long Sent, string Sender, int Number, string Tenant, string IdempotencyKey, string Leak)
{
    public static IEnumerable<LedgerEntry> ReadAll(string file) => File.ReadLines(file).Select(Parse);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At}\t{Sent}\t{Sender}\t{Number}\t{Tenant}\t{IdempotencyKey}\t{Leak}");

    private static LedgerEntry Parse(string line)
    {
        var cells = line.Split('\t');
        return new(
            long.Parse(cells[0], CultureInfo.InvariantCulture), long.Parse(cells[1], CultureInfo.InvariantCulture), cells[2], int.Parse(cells[3], CultureInfo.InvariantCulture), cells[4], cells[5], cells[6]);
    }
}
