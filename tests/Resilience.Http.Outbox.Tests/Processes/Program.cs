using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Outbox.Tests;
using Xunit.Runner.InProc.SystemConsole;

var child = new Child((services, file) => services.AddSqliteOutbox(sqlite => sqlite.Path = file));
return args is ["child", var job, .. var rest] ? await child.RunAsync(job, rest) : await ConsoleRunner.Run(args);
