using System.Globalization;

namespace Resilience.Http;

/// <summary>One retry budget at one moment.</summary>
public sealed class RetryBudgetStatus
{
    internal RetryBudgetStatus(string partition, double? level) => (Partition, Level) = (partition, level);

    /// <summary>Whose it is: the authority, such as <c>https://api.example.com:443</c>, or the name that the options or a request chose.</summary>
    public string Partition { get; }

    /// <summary>Tokens that are left; null if the client has no budget and retries freely.</summary>
    public double? Level { get; }

    /// <summary>The budget as one line.</summary>
    /// <returns>Such as <c>https://api.example.com:443: 48.2 left</c>.</returns>
    public override string ToString() => Level is { } level ? string.Create(CultureInfo.InvariantCulture, $"{Partition}: {level:0.##} left") : $"{Partition}: no budget";
}
