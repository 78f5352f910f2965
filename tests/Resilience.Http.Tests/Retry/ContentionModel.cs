namespace Resilience.Http.Tests;

/// <summary>
/// The model behind "Exponential Backoff And Jitter" of the AWS Architecture Blog: clients read and conditionally write one row
/// over a network whose hops take |N(10 ms, 2 ms)|, until each has written once.
/// </summary>
internal sealed class ContentionModel(Chance chance)
{
    private readonly PriorityQueue<Client, double> _arrivals = new();
    private int _version;

    public int Writes { get; private set; }

    public double Milliseconds { get; private set; }

    public void Run(int clients, Backoff backoff)
    {
        for (var i = 0; i < clients; i++)
            _arrivals.Enqueue(new Client(backoff), Hop());

        while (_arrivals.TryDequeue(out var client, out var now))
            Arrive(client, now);
    }

    private void Arrive(Client client, double now)
    {
        if (client.Seen is null)
        {
            client.Seen = _version;
            _arrivals.Enqueue(client, now + Hop() + Hop());
            return;
        }

        Writes++;
        if (client.Seen == _version)
        {
            _version++;
            Milliseconds = Math.Max(Milliseconds, now + Hop());
            return;
        }

        client.Seen = null;
        _arrivals.Enqueue(client, now + Hop() + Hop() + client.NextDelay());
    }

    private double Hop()
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
        return Math.Abs(10 + (2 * normal));
    }

    private sealed class Client(Backoff backoff)
    {
        private int _attempt = 1;
        private TimeSpan _previous;

        /// <summary>The version of the row that was read; null before the read arrives.</summary>
        public int? Seen { get; set; }

        // The model doubles its first wait already, so its nth wait is our wait n + 1.
        public double NextDelay() => (_previous = backoff.Delay(++_attempt, _previous)).TotalMilliseconds;
    }
}
