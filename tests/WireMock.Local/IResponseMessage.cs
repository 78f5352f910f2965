using WireMock.ResponseBuilders;
using WireMock.Types;
using WireMock.Util;

namespace WireMock;

public interface IResponseMessage
{
    object? StatusCode { get; set; }

    IBodyData? BodyData { get; set; }

    IDictionary<string, WireMockList<string>>? Headers { get; set; }

    FaultType FaultType { get; set; }

    double? FaultPercentage { get; set; }

    void AddHeader(string name, params string[] values);
}
