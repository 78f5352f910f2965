using System.Security.Cryptography;
using WireMock.ResponseBuilders;

namespace WireMock.Server;

internal static class Fault
{
    public static byte[]? Apply(IResponseMessage message, byte[]? body)
        => IsDue(message.FaultPercentage) ? message.FaultType switch
        {
            FaultType.EMPTY_RESPONSE => [],
            FaultType.MALFORMED_RESPONSE_CHUNK => Spoil(body ?? []),
            _ => body,
        } : body;

    private static bool IsDue(double? percentage)
        => percentage is null || RandomNumberGenerator.GetInt32(1_000_000) < percentage * 1_000_000;

    private static byte[] Spoil(byte[] body)
        => [.. body.Take(body.Length / 2).Union(RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(100, 201)))];
}
