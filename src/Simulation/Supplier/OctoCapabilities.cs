namespace RealtimeTours.Simulation.Supplier;

/// <summary>Marks a field that is left out where it is null, since the caller did not ask for its capability.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OfCapabilityAttribute : Attribute;

/// <summary>The capabilities that a request asks for, of those that the simulated supplier supports.</summary>
internal sealed record OctoCapabilities(bool Pricing, bool Content)
{
    public const string Header = "Octo-Capabilities";
    private const string PricingId = "octo/pricing";
    private const string ContentId = "octo/content";

    public static readonly OctoCapability[] All =
    [
        new(PricingId, Revision: 1, Required: false, Dependencies: [], Docs: null),
        new(ContentId, Revision: 1, Required: false, Dependencies: [], Docs: null),
    ];

    /// <summary>Ignores unknown names, as OCTO demands.</summary>
    public static OctoCapabilities Of(HttpRequest request)
    {
        var asked = request.Headers[Header].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new OctoCapabilities(asked.Contains(PricingId), asked.Contains(ContentId));
    }

    /// <summary>The response header: the capabilities that the answer contains.</summary>
    public override string ToString() =>
        string.Join(", ", new[] { Pricing ? PricingId : null, Content ? ContentId : null }.Where(id => id is not null));
}
