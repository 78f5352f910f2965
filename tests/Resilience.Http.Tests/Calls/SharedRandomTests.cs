namespace Resilience.Http.Tests;

/// <summary>A container has one source of chance for all of its clients, which need not be safe for concurrent use.</summary>
public sealed class SharedRandomTests
{
    [Fact]
    public void Is_used_by_one_client_at_a_time()
    {
        var alone = new Alone();
        ClientContext[] clients = [new() { Random = alone }, new() { Random = alone }];

        Parallel.For(0, 20_000, i => clients[i % 2].Draw());

        alone.WasShared.Should().BeFalse();
    }

    private sealed class Alone : Random
    {
        private readonly Lock _lock = new();

        public bool WasShared { get; private set; }

        public override double NextDouble()
        {
            if (!_lock.TryEnter())
            {
                WasShared = true;
                return 0;
            }

            try
            {
                return base.NextDouble();
            }
            finally
            {
                _lock.Exit();
            }
        }
    }
}
