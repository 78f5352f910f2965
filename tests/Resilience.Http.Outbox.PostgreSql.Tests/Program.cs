using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Resilience.Http.Outbox.Tests;
using Xunit.Runner.InProc.SystemConsole;

var child = new Child((services, connection) => services.AddSingleton(_ => NpgsqlDataSource.Create(connection)).AddPostgreSqlOutbox());
return args is ["child", var job, .. var rest] ? await child.RunAsync(job, rest) : await ConsoleRunner.Run(args);
