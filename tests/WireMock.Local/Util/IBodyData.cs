using WireMock.Types;

namespace WireMock.Util;

public interface IBodyData
{
    string? BodyAsString { get; set; }

    byte[]? BodyAsBytes { get; set; }

    BodyType? DetectedBodyType { get; set; }
}
