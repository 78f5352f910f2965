// One server for all tests: to make it takes longer than they do.
[assembly: AssemblyFixture(typeof(Resilience.Http.Quotas.Tests.PostgreSqlDatabase))]
