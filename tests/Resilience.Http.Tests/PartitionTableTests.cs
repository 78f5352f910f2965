using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

public sealed class PartitionTableTests
{
    private readonly PartitionTable<State> _table = new();

    [Fact]
    public void Finds_what_was_added_and_not_what_was_removed()
        => Prop.ForAll(Gen.Choose(-40, 160).ListOf(400).ToArbitrary(), steps => BehavesLikeADictionary([.. steps])).QuickCheckThrowOnFailure();

    [Fact]
    public void Tells_keys_apart_that_share_a_name()
    {
        PartitionKey[] keys = [PartitionKey.WholeClient, new("a", null, 0), new("a", "http", 80), new("a", "https", 80), new("a", "https", 443), new("A", null, 0)];

        var states = keys.Select(key => _table.GetOrAdd(key, Make)).ToArray();

        states.Should().OnlyHaveUniqueItems();
        keys.Select(key => _table.Find(key)).Should().Equal(states);
    }

    [Fact]
    public void Counts_right_when_it_grows_during_a_removal()
    {
        _table.GetOrAdd(Named("first"), Make);

        _table.RemoveWhere(_ => Enumerable.Range(0, 100).All(i => _table.GetOrAdd(Named($"{i}"), Make) is not null));

        _table.Count.Should().Be(_table.All.Count()).And.BeInRange(100, 101);
    }

    [Fact]
    public void Has_one_state_per_key_whoever_adds_and_removes_meanwhile()
    {
        var (lost, doubled) = (0, 0);

        Race.Run(thread =>
        {
            for (var round = 0; round < 40; round++)
            {
                for (var i = 0; i < 500; i++)
                {
                    var (kept, shared) = (Named($"{thread}/{i}"), Named($"all/{i}"));
                    var state = _table.GetOrAdd(kept, Make);
                    Interlocked.Add(ref doubled, _table.Find(shared) is { } found && !found.Key.Equals(shared) ? 1 : 0);
                    _table.GetOrAdd(shared, Make);
                    Interlocked.Add(ref lost, ReferenceEquals(_table.Find(kept), state) ? 0 : 1);
                }

                if (thread == 0)
                    _table.RemoveWhere(state => state.Key.Name!.StartsWith("all", StringComparison.Ordinal));
            }
        });

        (lost, doubled).Should().Be((0, 0));
        _table.All.Select(state => state.Key).Should().OnlyHaveUniqueItems();
        _table.All.Should().HaveCount(_table.Count);
    }

    // Numbers from 0 on are keys to add, some again and again; each below removes all keys that it divides.
    private static bool BehavesLikeADictionary(int[] steps)
    {
        var (table, model) = (new PartitionTable<State>(), new Dictionary<int, State>());
        foreach (var step in steps)
        {
            if (step >= 0 && table.GetOrAdd(Named($"{step}"), Make) is var state && !ReferenceEquals(model.GetValueOrDefault(step, state), state))
                return false;
            if (step >= 0)
                model[step] = table.Find(Named($"{step}"))!;
            else
                Remove(table, model, -step);
        }

        return table.Count == model.Count
            && table.All.ToHashSet().SetEquals(model.Values)
            && Enumerable.Range(0, 161).All(key => ReferenceEquals(table.Find(Named($"{key}")), model.GetValueOrDefault(key)));
    }

    private static void Remove(PartitionTable<State> table, Dictionary<int, State> model, int divisor)
    {
        table.RemoveWhere(state => int.Parse(state.Key.Name!, null) % divisor == 0);
        foreach (var key in model.Keys.Where(key => key % divisor == 0))
            model.Remove(key);
    }

    private static PartitionKey Named(string name) => PartitionKey.Named(name);

    private static State Make(PartitionKey key) => new(key);

    private sealed class State(PartitionKey key) : IPartitionState
    {
        private readonly PartitionKey _key = key;

        public ref readonly PartitionKey Key => ref _key;

        public long LastUsed { get; set; }

        public bool CanBeForgotten(long now) => true;
    }
}
