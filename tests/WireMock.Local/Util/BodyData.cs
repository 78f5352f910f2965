using WireMock.Types;

namespace WireMock.Util;

public class BodyData : IBodyData
{
    public string? BodyAsString { get; set; }

    public byte[]? BodyAsBytes { get; set; }

    public BodyType? DetectedBodyType { get; set; }
}
