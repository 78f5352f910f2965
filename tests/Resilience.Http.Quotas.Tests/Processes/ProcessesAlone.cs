namespace Resilience.Http.Quotas.Tests;

/// <summary>Tests that start processes have the processors to themselves.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class ProcessesAlone;
