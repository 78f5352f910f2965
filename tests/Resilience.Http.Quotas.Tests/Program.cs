using Resilience.Http.Quotas.Tests;
using Xunit.Runner.InProc.SystemConsole;

return args is ["child", .. var rest] ? await Child.RunAsync(rest) : await ConsoleRunner.Run(args);
