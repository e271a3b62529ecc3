namespace RealtimeTours.Tests.Deployment;

/// <summary>What a user would write into .env.</summary>
internal static class SampleEnvironment
{
    public static IReadOnlyDictionary<string, string> Values { get; } = new Dictionary<string, string>
    {
        ["RABBITMQ_PASSWORD"] = "brokerpassword",
        ["REDIS_PASSWORD"] = "redispassword",
        ["POSTGRES_PASSWORD"] = "databasepassword",
        ["JWT_SIGNING_KEY"] = Convert.ToBase64String(new byte[32]),
    };
}
