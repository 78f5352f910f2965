namespace WireMock.Settings;

public class WireMockServerSettings
{
    public int? Port { get; set; }

    public string[]? Urls { get; set; }

    public int? MaxRequestLogCount { get; set; }
}
