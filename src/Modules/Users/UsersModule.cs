using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Modules.Users.Accounts;
using RealtimeTours.Modules.Users.Passwords;
using RealtimeTours.Modules.Users.SignIn;
using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Platform.Hosting.Tokens;
using RealtimeTours.Platform.Storage.Inbox;
using RealtimeTours.Platform.Storage.Jobs;

namespace RealtimeTours.Modules.Users;

/// <summary>
/// Accounts with passwords, whose tokens this system signs itself. With an identity provider the accounts are there: then nothing is mapped, and
/// people come as contacts, by event.
/// </summary>
public sealed class UsersModule : IModule
{
    public string Name => "users";

    public void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        var settings = UserSettings.Read(configuration);
        services.AddSingleton(settings).AddSignUpRateLimit(settings)
            .AddSingleton<IPasswordHasher<UserRow>, PasswordHasher<UserRow>>()
            .Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = PasswordHashing.Iterations)
            .AddSingleton<PasswordHashing>().AddSingleton<SignInThrottle>().AddSingleton<CheckPassword>()
            .AddSingleton<SignUp>().AddSingleton<SignInWithPassword>().AddSingleton<ChangePassword>()
            .AddSingleton<UpdateProfile>().AddSingleton<SetRoles>()
            .AddTransactionalConsumer<KeepContact>(Name, [EventTypes.UserRegistered, EventTypes.UserUpdated])
            .AddFencedJob<SignInAttemptExpiry>(SignInAttemptExpiry.Name, SignInAttemptExpiry.EveryHour)
            .AddHostedService<FirstOperator>();
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        if (!endpoints.ServiceProvider.GetRequiredService<TokenIssuer>().KeepsAccounts)
        {
            UsersLog.AccountsElsewhere(endpoints.ServiceProvider.GetRequiredService<ILogger<UsersModule>>());
            return;
        }
        SignUp.Map(endpoints);
        SignInWithPassword.Map(endpoints);
        ReadProfile.Map(endpoints);
        UpdateProfile.Map(endpoints);
        ChangePassword.Map(endpoints);
        ListUsers.Map(endpoints);
        SetRoles.Map(endpoints);
    }
}
