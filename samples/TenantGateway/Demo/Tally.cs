namespace TenantGateway;

/// <summary>What became of the requests of one tenant. Safe for concurrent use.</summary>
internal sealed class Tally
{
    private readonly Lock _lock = new();
    private readonly List<double> _milliseconds = [];
    private readonly Dictionary<string, long> _policies = [];
    private readonly Dictionary<string, int> _failures = [];

    public int Offered { get; private set; }

    public int Accepted => _milliseconds.Count;

    public int Limited { get; private set; }

    /// <summary>Requests whose key is not valid.</summary>
    public int Unknown { get; private set; }

    public int Failed => _failures.Values.Sum();

    /// <summary>Failures by their status, or the exception.</summary>
    public IReadOnlyDictionary<string, int> Failures => _failures;

    /// <summary>Answers that did not say what they should of the limit, or what they should not.</summary>
    public int Mislabelled { get; private set; }

    public void CountOffered()
    {
        lock (_lock)
            Offered++;
    }

    public void CountFailed(string why)
    {
        lock (_lock)
            _failures[why] = _failures.GetValueOrDefault(why) + 1;
    }

    public void Count(HttpResponseMessage answer, TimeSpan took, long now)
    {
        var policy = answer.Headers.TryGetValues("RateLimit-Policy", out var values) ? string.Join(",", values) : string.Empty;
        lock (_lock)
        {
            _policies.TryAdd(policy.Split(';')[0].Trim('"'), now);
            if (!answer.IsSuccessStatusCode)
                CountRejection((int)answer.StatusCode);
            else
                _milliseconds.Add(took.TotalMilliseconds);
            if (answer.StatusCode == System.Net.HttpStatusCode.TooManyRequests && answer.Headers.RetryAfter is null)
                Mislabelled++;
            if (policy.Contains("account", StringComparison.Ordinal) || (policy.Length == 0 && (int)answer.StatusCode < 400))
                Mislabelled++;
        }
    }

    /// <summary>When an answer named a plan first, in milliseconds of Unix time; null for never.</summary>
    public long? FirstAnswerOf(string plan)
    {
        lock (_lock)
            return _policies.TryGetValue(plan, out var at) ? at : null;
    }

    public double Percentile(double share)
    {
        double[] sorted;
        lock (_lock)
            sorted = [.. _milliseconds.Order()];
        return sorted.Length == 0 ? 0 : sorted[Math.Min((int)(share * sorted.Length), sorted.Length - 1)];
    }

    private void CountRejection(int status)
    {
        switch (status)
        {
            case 429:
                Limited++;
                break;
            case 401:
                Unknown++;
                break;
            default:
                CountFailed($"{status}");
                break;
        }
    }
}
