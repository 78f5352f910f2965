using Refit;

namespace Resilience.Http.Sdk.Tests;

public interface IPeopleApi
{
    [Get("/people/{id}")]
    Task<Person> FindAsync(int id, CancellationToken cancellationToken);

    [Post("/people")]
    Task<Person> AddAsync([Body] Person person, CancellationToken cancellationToken);
}

public sealed record Person(string Name);
