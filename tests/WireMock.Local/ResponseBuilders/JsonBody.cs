using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using WireMock.Types;
using WireMock.Util;

namespace WireMock.ResponseBuilders;

internal static class JsonBody
{
    // As Newtonsoft writes it: names as they are, nulls left out, no letter escaped.
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static BodyData Of(object value) => new()
    {
        BodyAsString = JsonSerializer.Serialize(value, Options),
        DetectedBodyType = BodyType.String,
    };
}
