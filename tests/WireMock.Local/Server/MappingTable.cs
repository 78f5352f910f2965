namespace WireMock.Server;

internal sealed class MappingTable(ScenarioTable scenarios)
{
    private readonly Lock _lock = new();
    private readonly List<Mapping> _mappings = [];

    public void Add(Mapping mapping)
    {
        lock (_lock)
        {
            _mappings.RemoveAll(older => older.Guid == mapping.Guid);
            _mappings.Add(mapping);
        }
    }

    public void Clear()
    {
        lock (_lock)
            _mappings.Clear();
    }

    public Mapping? Choose(IRequestMessage request)
    {
        Mapping[] mappings;
        lock (_lock)
            mappings = [.. _mappings];

        foreach (var mapping in mappings.Where(mapping => mapping.StartsScenario))
            scenarios.Begin(mapping.Scenario!);

        return mappings
            .Reverse()
            .Where(mapping => mapping.Request.Matches(request) && scenarios.Admits(mapping))
            .OrderBy(mapping => mapping.Priority)
            .ThenByDescending(mapping => mapping.Specificity)
            .FirstOrDefault();
    }
}
