using System.Reflection;

namespace Resilience.Http.Tests;

public sealed class RandomUuidTests
{
    [Theory]
    [InlineData(int.MaxValue - 5)]
    [InlineData(uint.MaxValue - 5)]
    public void Are_made_for_ever(uint madeBefore)
    {
        var made = new HashSet<string>();
        var thread = new Thread(() =>
        {
            RandomUuid.Next();
            typeof(RandomUuid).GetField("_used", BindingFlags.Static | BindingFlags.NonPublic)!.SetValue(null, madeBefore);
            for (var key = 0; key < 640; key++)
                made.Add(RandomUuid.Next());
        });
        thread.Start();
        thread.Join();

        made.Should().HaveCount(640);
    }
}
