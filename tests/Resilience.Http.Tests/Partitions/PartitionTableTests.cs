using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

public sealed class PartitionTableTests
{
    private readonly PartitionTable<State> _table = new(key => new(key));

    [Fact]
    public void Finds_what_was_added_and_not_what_was_removed()
        => Prop.ForAll(Gen.Choose(-40, 160).ListOf(400).ToArbitrary(), steps => BehavesLikeADictionary([.. steps])).QuickCheckThrowOnFailure();

    [Fact]
    public void Tells_keys_apart_that_share_a_name()
    {
        PartitionKey[] keys = [PartitionKey.WholeClient, new("a", null, 0), new("a", "http", 80), new("a", "https", 80), new("a", "https", 443), new("A", null, 0)];

        var states = keys.Select(Add).ToArray();

        states.Should().OnlyHaveUniqueItems();
        keys.Select(key => _table.Find(key)).Should().Equal(states);
    }

    [Fact]
    public void Adds_none_beyond_the_maximum_whoever_races()
    {
        Race.Run(thread =>
        {
            for (var i = 0; i < 1000; i++)
                _table.GetOrAdd(Named($"{thread}/{i}"), now: 0, maximum: 500);
        });

        _table.Count.Should().Be(500);
        _table.All.Should().HaveCount(500);
    }

    [Fact]
    public void Makes_one_state_for_the_last_key_whoever_races()
    {
        var found = new State[Race.Threads][];

        Race.Run(thread => found[thread] = [.. Enumerable.Range(0, 2000).Select(i => _table.GetOrAdd(Named($"{i}"), now: 0, maximum: i + 1))]);

        found.Should().AllSatisfy(states => states.Should().Equal(found[0]));
    }

    [Theory]
    [InlineData(Retention.None, Retention.None, Retention.None, "a")]
    [InlineData(Retention.WhileThereIsRoom, Retention.None, Retention.None, "b")]
    [InlineData(Retention.WhileThereIsRoom, Retention.WhileThereIsRoom, Retention.WhileThereIsRoom, "a")]
    [InlineData(Retention.Always, Retention.Always, Retention.WhileThereIsRoom, "c")]
    [InlineData(Retention.Always, Retention.Always, Retention.Always, null)]
    internal void Makes_room_by_what_is_worth_least_and_was_used_longest_ago(Retention a, Retention b, Retention c, string? gone)
    {
        foreach (var (name, retention, used) in new[] { ("a", a, 1), ("b", b, 2), ("c", c, 3) })
            _table.GetOrAdd(Named(name), now: used, maximum: 3).Retention = retention;

        var fresh = _table.GetOrAdd(Named("d"), now: 4, maximum: 3);

        fresh.Key.Name.Should().Be("d");
        string[] expected = [.. new[] { "a", "b", "c", "d" }.Where(name => name != gone)];
        _table.Find(fresh.Key).Should().BeSameAs(fresh);
        _table.All.Select(state => state.Key.Name).Should().BeEquivalentTo(expected);
    }

    // A state of its own for each request would limit nobody.
    [Fact]
    public void Adds_beyond_the_maximum_while_all_have_to_stay_and_comes_back_to_it()
    {
        var waited = Enumerable.Range(0, 100).Select(i => _table.GetOrAdd(Named($"waited for {i}"), now: i, maximum: 10)).Select(state => Keep(state)).ToArray();
        var (first, again) = (_table.GetOrAdd(Named("new"), now: 200, maximum: 10), _table.GetOrAdd(Named("new"), now: 201, maximum: 10));
        waited.All(state => _table.Find(state.Key) == state).Should().BeTrue();
        again.Should().BeSameAs(first);

        foreach (var state in waited)
            state.Retention = Retention.None;
        for (var now = 300; now < 400; now++)
            _table.GetOrAdd(Named($"{now}"), now, maximum: 10);

        _table.Count.Should().Be(10);

        static State Keep(State state)
        {
            state.Retention = Retention.Always;
            return state;
        }
    }

    [Fact]
    public void Keeps_what_is_used_while_many_others_come_and_go()
    {
        var busy = Enumerable.Range(0, 50).Select(i => _table.GetOrAdd(Named($"busy {i}"), now: 0, maximum: 1000)).ToArray();

        for (var now = 1; now < 100_000; now++)
        {
            busy[now % busy.Length].LastUsed = now;
            _table.GetOrAdd(Named($"{now}"), now, maximum: 1000);
        }

        _table.Count.Should().Be(1000);
        busy.All(state => _table.Find(state.Key) == state).Should().BeTrue();
    }

    [Fact]
    public void Stays_whole_when_no_state_can_be_made()
    {
        var table = new PartitionTable<State>(key => key.Name is "bad" ? throw new InvalidOperationException() : new(key));
        table.GetOrAdd(Named("good"), now: 0, maximum: 2);

        var adding = () => table.GetOrAdd(Named("bad"), now: 0, maximum: 2);

        adding.Should().Throw<InvalidOperationException>();
        table.GetOrAdd(Named("other"), now: 0, maximum: 2).Should().NotBeNull();
        table.Count.Should().Be(2);
    }

    [Fact]
    public void Removes_all_there_is_to_remove_while_it_grows()
    {
        for (var i = 0; i < 10; i++)
            Add(Named($"old {i}"));

        _table.RemoveWhere(state =>
        {
            Add(Named($"new {_table.Count}"));
            return state.Key.Name!.StartsWith("old", StringComparison.Ordinal);
        });

        _table.All.Where(state => state.Key.Name!.StartsWith("old", StringComparison.Ordinal)).Should().BeEmpty();
        _table.All.Should().HaveCount(_table.Count);
    }

    [Fact]
    public void Has_one_state_per_key_whoever_adds_and_removes_meanwhile()
    {
        var (lost, kept) = (0, Enumerable.Range(0, 500).Select(i => Add(Named($"kept/{i}"))).ToArray());

        Race.Run(thread =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                Add(Named($"{i % 700}"));
                Interlocked.Add(ref lost, ReferenceEquals(Add(Named($"kept/{i % 500}")), kept[i % 500]) ? 0 : 1);
                if (thread == 0 && i % 500 == 0)
                    _table.RemoveWhere(state => !state.Key.Name!.StartsWith("kept", StringComparison.Ordinal));
            }
        });

        lost.Should().Be(0);
        _table.All.Select(state => state.Key).Should().OnlyHaveUniqueItems().And.HaveCount(_table.Count);
    }

    // Numbers from 0 on are keys to add, some again and again; each below removes all keys that it divides.
    private static bool BehavesLikeADictionary(int[] steps)
    {
        var (table, model) = (new PartitionTable<State>(key => new(key)), new Dictionary<int, State>());
        foreach (var step in steps)
        {
            if (step < 0)
                Remove(table, model, -step);
            else if (!AddsLikeADictionary(table, model, step))
                return false;
        }

        return table.Count == model.Count
            && table.All.ToHashSet().SetEquals(model.Values)
            && Enumerable.Range(0, 161).All(key => ReferenceEquals(table.Find(Named($"{key}")), model.GetValueOrDefault(key)));
    }

    private static bool AddsLikeADictionary(PartitionTable<State> table, Dictionary<int, State> model, int key)
    {
        var isNew = !model.TryGetValue(key, out var known);
        var state = table.GetOrAdd(Named($"{key}"), now: 0, int.MaxValue)!;
        model[key] = state;
        return isNew ? state.IsFresh() : state == known;
    }

    private static void Remove(PartitionTable<State> table, Dictionary<int, State> model, int divisor)
    {
        table.RemoveWhere(state => int.Parse(state.Key.Name!, null) % divisor == 0);
        foreach (var key in model.Keys.Where(key => key % divisor == 0))
            model.Remove(key);
    }

    private static PartitionKey Named(string name) => PartitionKey.Named(name);

    private State Add(PartitionKey key) => _table.GetOrAdd(key, now: 0, int.MaxValue)!;

    private sealed class State(PartitionKey key) : IPartitionState
    {
        private readonly PartitionKey _key = key;
        private bool _used;

        public ref readonly PartitionKey Key => ref _key;

        public long LastUsed { get; set; }

        public Retention Retention { get; set; }

        public Retention RetentionAt(long now) => Retention;

        public bool IsFresh()
        {
            var wasUsed = _used;
            _used = true;
            return !wasUsed;
        }
    }
}
