namespace RealtimeTours.Tests.Architecture.Planted.Used;

internal class UsedBaseType;

internal interface UsedInterface;

internal sealed class UsedField;

internal sealed class UsedReturnType;

internal sealed class UsedParameter;

internal sealed class UsedGenericArgument;

internal class UsedConstraint;

[AttributeUsage(AttributeTargets.All)]
internal sealed class UsedAttribute : Attribute;

internal sealed class UsedAttributeArgument;

internal sealed class UsedConstruction;

internal static class UsedExtensionMethod
{
    public static int Doubled(this int number) => number * 2;
}

internal sealed class UsedLocal;

internal static class UsedLambda
{
    public static int Value { get; set; }
}

internal static class UsedAsyncMethod
{
    public static int Value { get; set; }
}

internal sealed class UsedCatch : Exception;

internal sealed class UsedNestedType
{
    internal sealed class Inner;
}

internal sealed class UsedTypeTest;

internal sealed class UsedGenericCall;
