namespace WireMock.Server;

internal sealed class ScenarioTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ScenarioState> _scenarios = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<ScenarioState> All
    {
        get
        {
            lock (_lock)
                return [.. _scenarios.Values];
        }
    }

    public void Begin(string name)
    {
        lock (_lock)
            _scenarios.TryAdd(name, new ScenarioState { Name = name });
    }

    public bool Admits(Mapping mapping)
    {
        lock (_lock)
            return mapping.Scenario is null || mapping.WhenState == _scenarios.GetValueOrDefault(mapping.Scenario)?.NextState;
    }

    public void Step(Mapping mapping)
    {
        if (mapping.Scenario is null)
            return;

        lock (_lock)
        {
            var scenario = Get(mapping.Scenario);
            scenario.Started = true;
            scenario.Finished = mapping.NextState is null;
            if (++scenario.Counter < mapping.Times)
                return;
            scenario.NextState = mapping.NextState;
            scenario.Counter = 0;
        }
    }

    public bool Set(string name, string? state)
    {
        if (state is null)
            return Remove(name);

        lock (_lock)
            _scenarios[name] = new ScenarioState { Name = name, NextState = state };
        return true;
    }

    public bool Remove(string name)
    {
        lock (_lock)
            return _scenarios.Remove(name);
    }

    public void Clear()
    {
        lock (_lock)
            _scenarios.Clear();
    }

    private ScenarioState Get(string name)
        => _scenarios.TryGetValue(name, out var scenario) ? scenario : _scenarios[name] = new ScenarioState { Name = name };
}
