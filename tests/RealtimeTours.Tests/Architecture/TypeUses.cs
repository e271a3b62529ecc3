using Mono.Cecil;
using Mono.Cecil.Cil;

namespace RealtimeTours.Tests.Architecture;

internal sealed record TypeName(string Namespace, string Name);

/// <summary>One type uses another of the same assembly: inherits from it, holds it, calls it, is marked with it, and so on.</summary>
internal sealed record TypeUse(TypeName From, TypeName To);

/// <summary>
/// Who uses whom within an assembly, read from the compiled code: a <c>using</c> directive may be there for nothing, and code in a child namespace
/// needs none. Constants and <c>nameof</c> are not seen: the compiler leaves only their values.
/// </summary>
internal static class TypeUses
{
    /// <param name="rootNamespace">
    /// Only types in it and below it count; source generators put theirs elsewhere. Types without a namespace, such as Program, count as lying in it.
    /// </param>
    public static IReadOnlyList<TypeUse> In(string assemblyPath, string rootNamespace)
    {
        using var module = ModuleDefinition.ReadModule(assemblyPath);
        return
        [
            .. from type in module.Types
               let user = Name(type, rootNamespace)
               where user is not null
               from used in WithNested(type).SelectMany(Mentioned).SelectMany(Definitions).Distinct()
               let other = Name(used, rootNamespace)
               where other is not null && other != user
               select new TypeUse(user, other),
        ];
    }

    private static TypeName? Name(TypeDefinition type, string rootNamespace)
    {
        var space = type.Namespace.Length == 0 ? rootNamespace : type.Namespace;
        var isOurs = space == rootNamespace || space.StartsWith(rootNamespace + ".", StringComparison.Ordinal);
        return isOurs && !type.Name.StartsWith('<') ? new(space, type.Name.Split('`')[0]) : null;
    }

    // Lambdas, iterators and async methods are nested types of the compiler's.
    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static IEnumerable<TypeReference?> Mentioned(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(implementation => implementation.InterfaceType),
        .. Attributes(type), .. Constraints(type),
        .. type.Fields.SelectMany(field => Attributes(field).Append(field.FieldType)),
        .. type.Properties.SelectMany(Attributes), .. type.Events.SelectMany(Attributes),
        .. type.Methods.SelectMany(Mentioned),
    ];

    private static IEnumerable<TypeReference?> Mentioned(MethodDefinition method) =>
    [
        method.ReturnType,
        .. Attributes(method), .. Attributes(method.MethodReturnType), .. Constraints(method),
        .. method.Parameters.SelectMany(parameter => Attributes(parameter).Append(parameter.ParameterType)),
        .. method.HasBody ? Mentioned(method.Body) : [],
    ];

    private static IEnumerable<TypeReference?> Mentioned(MethodBody body) =>
    [
        .. body.Variables.Select(variable => variable.VariableType),
        .. body.ExceptionHandlers.Select(handler => handler.CatchType),
        .. body.Instructions.SelectMany(instruction => Mentioned(instruction.Operand)),
    ];

    // Of a called method not its signature: who calls it need not write those types.
    private static IEnumerable<TypeReference?> Mentioned(object? operand) => operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [method.DeclaringType, .. method.GenericArguments],
        MemberReference member => [member.DeclaringType],
        _ => [],
    };

    private static IEnumerable<TypeReference?> Constraints(IGenericParameterProvider provider) =>
        provider.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType);

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(attribute => Arguments(attribute).Prepend(attribute.AttributeType));

    private static IEnumerable<TypeReference?> Arguments(CustomAttribute attribute) =>
        attribute.ConstructorArguments.Concat(attribute.Properties.Concat(attribute.Fields).Select(named => named.Argument)).SelectMany(Mentioned);

    private static IEnumerable<TypeReference?> Mentioned(CustomAttributeArgument argument) => argument.Value switch
    {
        TypeReference type => [argument.Type, type],
        CustomAttributeArgument[] several => several.SelectMany(Mentioned),
        CustomAttributeArgument boxed => Mentioned(boxed),
        _ => [argument.Type],
    };

    /// <summary>The outermost types of this module that a reference is made of: of <c>Task&lt;Booking[]&gt;</c> it is Booking.</summary>
    private static IEnumerable<TypeDefinition> Definitions(TypeReference? reference) => reference switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.Prepend(generic.ElementType).SelectMany(Definitions),
        FunctionPointerType pointer => pointer.Parameters.Select(taken => taken.ParameterType).Prepend(pointer.ReturnType).SelectMany(Definitions),
        TypeSpecification wrapped => Definitions(wrapped.ElementType),
        { DeclaringType: { } outer } => Definitions(outer),
        TypeDefinition here => [here],
        _ => [],
    };
}
