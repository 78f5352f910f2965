namespace Resilience.Http;

/// <summary>The options now in force. Reading them is one volatile read; a reload that is valid replaces them as a whole.</summary>
internal sealed class Live<TOptions>(TOptions value)
    where TOptions : class
{
    private volatile TOptions _value = value;

    public TOptions Value => _value;

    public void Replace(TOptions value) => _value = value;
}
