using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Resilience.Http;

/// <summary>What stands around the pipeline of the application, whatever is in it.</summary>
internal sealed class ProxyPipeline(ProxyProblems problems) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static (context, next) =>
        {
            ConnectionFields.RemoveFrom(context.Request.Headers);
            return next(context);
        });
        app.Use(problems.AnswerAsync);
        next(app);
    };
}
