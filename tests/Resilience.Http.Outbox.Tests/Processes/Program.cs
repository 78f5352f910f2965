using Resilience.Http.Outbox.Tests;
using Xunit.Runner.InProc.SystemConsole;

return args is ["child", var job, .. var rest] ? await Child.RunAsync(job, rest) : await ConsoleRunner.Run(args);
