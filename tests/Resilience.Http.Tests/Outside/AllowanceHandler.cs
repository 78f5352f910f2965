using Resilience.Http;

namespace Outside;

public sealed class AllowanceHandler : PolicyHandler, IAttemptObserver
{
    private readonly PolicyContext<AllowanceOptions> _context;
    private readonly PartitionStates<Allowance> _allowances;

    public AllowanceHandler(AllowanceOptions options, ClientContext? client = null)
        : this(AllowancePolicy.Instance.CreateContext(options, client))
    {
    }

    public AllowanceHandler(PolicyContext<AllowanceOptions> context)
        : base(context.Client) => (_context, _allowances) = (context, context.Partitions(partition => new Allowance(partition), options => options));

    public void OnEnded(in AttemptResult result, object? state, long joinedAt)
    {
        if (!result.Outcome.IsSuccess)
            ((Allowance)state!).CountFailure();
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var allowance = _allowances.Of(attempt);
        if (!allowance.TryTake(_context.Options.Requests))
        {
            Client.Publish(new AllowanceRunOut(Client, allowance.Partition));
            return Reject(new AllowanceException(Client.Name, allowance.Partition));
        }

        attempt.Join(this, allowance);
        return SendInnerAsync(request, attempt, cancellationToken);
    }
}
