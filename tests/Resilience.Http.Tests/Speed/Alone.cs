namespace Resilience.Http.Tests;

/// <summary>Runs when nothing else does: listeners and settings of other tests would make the handlers allocate more.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
