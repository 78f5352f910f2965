using System.Reflection;

namespace Resilience.Http.Tests;

public sealed class RandomUuidTests
{
    [Theory]
    [InlineData(int.MaxValue - 5)]
    [InlineData(uint.MaxValue - 5)]
    public void Are_made_for_ever(uint madeBefore)
    {
        RandomUuid.Next();
        typeof(RandomUuid).GetField("_used", BindingFlags.Static | BindingFlags.NonPublic)!.SetValue(null, madeBefore);

        Enumerable.Range(0, 640).Select(_ => RandomUuid.Next()).Should().OnlyHaveUniqueItems();
    }
}
