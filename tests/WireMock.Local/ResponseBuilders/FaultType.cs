namespace WireMock.ResponseBuilders;

public enum FaultType
{
    NONE,
    EMPTY_RESPONSE,
    MALFORMED_RESPONSE_CHUNK,
}
