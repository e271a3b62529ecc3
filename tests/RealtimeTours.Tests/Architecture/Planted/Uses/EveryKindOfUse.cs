using RealtimeTours.Tests.Architecture.Planted.Used;

namespace RealtimeTours.Tests.Architecture.Planted.Uses;

internal sealed class ByBaseType : UsedBaseType;

internal sealed class ByInterface : UsedInterface;

internal sealed class ByField
{
    private readonly UsedField?[] _field = [];

    public int Count => _field.Length;
}

internal abstract class ByReturnType
{
    public abstract UsedReturnType Return();
}

internal abstract class ByParameter
{
    public abstract void Take(ref UsedParameter parameter);
}

internal abstract class ByGenericArgument
{
    public abstract void Take(Dictionary<string, List<UsedGenericArgument>> parameter);
}

internal abstract class ByConstraint
{
    public abstract void Take<T>() where T : UsedConstraint;
}

internal abstract class ByAttribute
{
    [Used]
    public abstract int Value { get; }
}

[System.ComponentModel.TypeConverter(typeof(UsedAttributeArgument))]
internal sealed class ByAttributeArgument;

internal sealed class ByConstruction
{
    public override string? ToString() => new UsedConstruction().ToString();
}

internal static class ByExtensionMethod
{
    public static int FourTimes(int number) => number.Doubled().Doubled();
}

internal static class ByLocal
{
    public static void PassOn()
    {
        var local = LocalsSource.Make();
        LocalsSource.Take(ref local);
    }
}

/// <summary>Names the type of ByLocal's variable, so that the calls there do not.</summary>
internal static class LocalsSource
{
    public static UsedLocal Make() => new();

    public static void Take(ref UsedLocal local) => local = new();
}

internal static class ByLambda
{
    public static Func<int> Later { get; } = () => UsedLambda.Value;
}

internal static class ByAsyncMethod
{
    public static async Task<int> LaterAsync()
    {
        await Task.Yield();
        return UsedAsyncMethod.Value;
    }
}

internal static class ByCatch
{
    public static bool Fails(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (UsedCatch)
        {
            return true;
        }
    }
}

internal abstract class ByNestedType
{
    public abstract UsedNestedType.Inner Return();
}

internal static class ByTypeTest
{
    public static bool Is(object value) => value is UsedTypeTest;
}

internal static class ByGenericCall
{
    public static object Make() => Activator.CreateInstance<UsedGenericCall>();
}
