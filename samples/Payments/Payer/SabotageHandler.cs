namespace Payments;

/// <summary>What a careless programmer might do. The audit must find it.</summary>
internal sealed class SabotageHandler(Settings settings) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (settings.Sabotage == "delete-before-answer")
        {
            await DeleteAsync(request.Headers.GetValues("Idempotency-Key").Single(), cancellationToken);
        }
        else
        {
            request.Headers.Remove("Idempotency-Key");
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        }

        return await base.SendAsync(request, cancellationToken);
    }

    private async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        await using var connection = await PayerBook.OpenAsync(settings);
        await using var command = connection.CreateCommand();
        var parameter = command.CreateParameter();
        (command.CommandText, parameter.ParameterName, parameter.Value) = ("DELETE FROM outbox_entry WHERE key = @key", "key", key);
        command.Parameters.Add(parameter);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
