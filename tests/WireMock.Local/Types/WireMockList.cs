namespace WireMock.Types;

public class WireMockList<T> : List<T>
{
    public WireMockList()
    {
    }

    public WireMockList(params T[] collection)
        : base(collection)
    {
    }

    public static implicit operator WireMockList<T>(T value) => new(value);

    public static implicit operator WireMockList<T>(T[] values) => new(values);

    public override string ToString() => string.Join(", ", this);
}
