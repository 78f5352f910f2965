namespace Resilience.Http;

/// <summary>What is taken of a further limit.</summary>
internal readonly record struct LimitCost(FurtherLimit Limit, int Permits);
