namespace WireMock.Types;

public enum BodyType
{
    None = 0,
    String = 1,
    Bytes = 3,
}
