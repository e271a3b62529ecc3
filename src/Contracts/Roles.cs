namespace RealtimeTours.Contracts;

/// <summary>What a token's claim <c>role</c> may say: identity providers give these names.</summary>
public static class Roles
{
    /// <summary>Keeps the catalogue and looks after the running system.</summary>
    public const string Operator = "operator";

    /// <summary>Leads tours.</summary>
    public const string Guide = "guide";

    public static readonly IReadOnlyList<string> All = [Operator, Guide];
}
