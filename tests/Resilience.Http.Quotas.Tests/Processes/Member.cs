using Resilience.Http.Outbox.Tests;

namespace Resilience.Http.Quotas.Tests;

/// <summary>One process, and what it has said so far.</summary>
internal sealed class Member(ChildProcess process)
{
    public const char Admission = 'A';
    public const char Return = 'R';
    public const char Sent = 'S';

    /// <summary>When each request was begun, and when it had a permit.</summary>
    public List<(long Begun, long Admitted)> Admissions { get; } = [];

    /// <summary>When permits were given back to the store, and how many.</summary>
    public List<(long At, long Permits)> Returns { get; } = [];

    /// <summary>How many requests had been sent, at times.</summary>
    public List<(long At, long Requests)> Requests { get; } = [];

    public ChildProcess Process => process;

    public bool IsKilled { get; private set; }

    public void Kill()
    {
        IsKilled = true;
        process.Signal("KILL");
    }

    /// <returns>Whether that was the last line of several.</returns>
    public bool Hear(string line)
    {
        var (kind, numbers) = Journal.Read(line);
        if (kind == Admission)
            Admissions.Add((numbers[0], numbers[1]));
        else if (kind == Return)
            Returns.Add((numbers[0], numbers[1]));
        else if (kind == Sent)
            Requests.Add((numbers[0], numbers[1]));
        return kind == Sent;
    }

    public int AdmittedIn(long from, long to) => Admissions.Count(admission => admission.Admitted >= from && admission.Admitted < to);

    public long SentIn(long from, long to) => Requests.LastOrDefault(sent => sent.At <= to).Requests - Requests.LastOrDefault(sent => sent.At <= from).Requests;
}
