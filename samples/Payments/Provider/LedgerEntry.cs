using System.Globalization;

namespace Payments;

/// <summary>A line of the ledger: what a key came to. A charge is a line with status 200.</summary>
internal sealed record LedgerEntry(string Key, string Reference, long Cents, int Status, DateTimeOffset At)
{
    public bool IsCharge => Status == 200;

    public static LedgerEntry Parse(string line)
    {
        var cells = line.Split('\t');
        return new(cells[0], cells[1], long.Parse(cells[2], CultureInfo.InvariantCulture), int.Parse(cells[3], CultureInfo.InvariantCulture), DateTimeOffset.ParseExact(cells[4], "O", CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key}\t{Reference}\t{Cents}\t{Status}\t{At:O}");
}
