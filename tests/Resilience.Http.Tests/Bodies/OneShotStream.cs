namespace Resilience.Http.Tests;

internal sealed class OneShotStream(byte[] bytes) : MemoryStream(bytes)
{
    public override bool CanSeek => false;
}
