namespace Resilience.Http;

/// <summary>What the retries of an attempt are paid from: a budget of its own, and after a redirect another one besides.</summary>
/// <param name="Own">The budget of where the attempt has ended.</param>
/// <param name="OfRedirects">That of everything that the redirecting authority redirects to; null without a redirect.</param>
internal readonly record struct RetryPurse(RetryBudget Own, RetryBudget? OfRedirects)
{
    /// <inheritdoc cref="RetryBudget.TryTake"/>
    public bool TryTake(OutcomeKind failure)
    {
        if (OfRedirects?.TryTake(failure) is false)
            return false;
        if (Own.TryTake(failure))
            return true;

        OfRedirects?.OnSuccess(RetryBudget.CostAfter(failure));
        return false;
    }

    /// <inheritdoc cref="RetryBudget.OnSuccess"/>
    public void OnSuccess(double refund = 0)
    {
        Own.OnSuccess(refund);
        OfRedirects?.OnSuccess(refund);
    }
}
