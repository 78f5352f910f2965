namespace WireMock;

public class ScenarioState
{
    public required string Name { get; set; }

    public string? NextState { get; set; }

    public bool Started { get; set; }

    public bool Finished { get; set; }

    public int Counter { get; set; }
}
