using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>A part of a request that was read: its value, or the refusal to answer with.</summary>
public abstract record Parsed<T> where T : class
{
    private Parsed()
    {
    }

    public sealed record Ok(T Value) : Parsed<T>;

    public sealed record Refused(IResult Answer) : Parsed<T>;

    public bool IsRefused([NotNullWhen(true)] out IResult? answer, [NotNullWhen(false)] out T? value)
    {
        (answer, value) = this switch
        {
            Ok ok => ((IResult?)null, ok.Value),
            Refused refused => (refused.Answer, (T?)null),
            _ => throw new InvalidOperationException($"{GetType()} is neither."),
        };
        return answer is not null;
    }
}
