using System.Net;
using WireMock.ResponseBuilders;
using WireMock.Types;
using WireMock.Util;

namespace WireMock;

public class ResponseMessage : IResponseMessage
{
    public object? StatusCode { get; set; }

    public IBodyData? BodyData { get; set; }

    public IDictionary<string, WireMockList<string>>? Headers { get; set; }

    public FaultType FaultType { get; set; }

    public double? FaultPercentage { get; set; }

    public void AddHeader(string name, params string[] values)
    {
        Headers ??= new Dictionary<string, WireMockList<string>>();
        var older = Headers.TryGetValue(name, out var list) ? list : [];
        Headers[name] = new([.. values.Union(older)]);
    }

    internal static ResponseMessage Status(HttpStatusCode code, string text) => new()
    {
        StatusCode = (int)code,
        Headers = new Dictionary<string, WireMockList<string>> { ["Content-Type"] = "application/json" },
        BodyData = JsonBody.Of(new { Status = text }),
    };
}
