using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Configuration.ClusterValidators;

namespace Resilience.Http;

/// <summary>Has YARP reject a configuration in which policies are invalid, as it does with its own: at start-up, and when it changes.</summary>
internal sealed class ClusterPoliciesValidator(ClusterPoliciesFactory factory) : IClusterValidator
{
    public ValueTask ValidateAsync(ClusterConfig cluster, IList<Exception> errors)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(errors);
        if (factory.AreOff(cluster))
            return ValueTask.CompletedTask;

        try
        {
            factory.Check(ProxyClusters.NameOf(cluster.ClusterId), cluster);
        }
        catch (OptionsValidationException e)
        {
            foreach (var failure in e.Failures)
                errors.Add(new ArgumentException(failure));
        }

        return ValueTask.CompletedTask;
    }
}
