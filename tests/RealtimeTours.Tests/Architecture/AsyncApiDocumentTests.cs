using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Tests.Architecture;

/// <summary>The published document says what the code does: same names, same fields, examples that parse.</summary>
public class AsyncApiDocumentTests
{
    private static readonly AsyncApiDocument Document = AsyncApiDocument.Parse(SourceTree.Read("docs/asyncapi.yaml"));

    private static readonly string[] EventNames =
        [.. typeof(EventTypes).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];

    public static TheoryData<string> Written => [.. Document.Events.Where(message => !message.Planned).Select(message => message.Name)];

    [Fact]
    public void It_names_every_event_of_the_code_and_no_other()
    {
        Document.Events.Select(message => message.Name).ShouldBeUnique();
        EventNames.Except(Document.Events.Select(message => message.Name)).ShouldBeEmpty();
        Document.Events.Where(message => !message.Planned).Select(message => message.Name).Except(EventNames).ShouldBeEmpty();
        // What has a shape in code is not planned any more.
        Document.Events.Where(message => message.Planned && Shape(message.DataSchema) is not null).Select(message => message.Name).ShouldBeEmpty();
    }

    [Fact]
    public void What_others_may_not_write_stands_in_channels_of_its_own()
    {
        Document.Commands.Select(message => message.Name).ShouldBe(EventRoutes.Commands, ignoreOrder: true);
        Document.Announcements.Select(message => message.Name).ShouldBe(EventRoutes.Announcements, ignoreOrder: true);
    }

    [Fact]
    public void Its_references_lead_somewhere()
    {
        Document.BrokenReferences().ShouldBeEmpty();
        AsyncApiDocument.Parse("channels: { events: { $ref: '#/components/nothing' } }").BrokenReferences().ShouldHaveSingleItem();
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void An_event_has_the_fields_of_its_record_and_an_example_that_parses(string eventType)
    {
        var message = Document.Events.Single(message => message.Name == eventType);
        var shape = Shape(message.DataSchema).ShouldNotBeNull(message.DataSchema);
        ShouldHaveTheFieldsOf(shape, message.DataSchema);

        var envelope = message.Example.Deserialize<EventEnvelope>(WireJson.EventOptions).ShouldNotBeNull();
        envelope.EventType.ShouldBe(eventType);
        var data = envelope.Data.Deserialize(shape, WireJson.EventOptions).ShouldNotBeNull();
        // Nothing in the example got lost because its name is misspelled.
        JsonSerializer.SerializeToElement(data, shape, WireJson.EventOptions).EnumerateObject().Select(property => property.Name)
            .ShouldBe(envelope.Data.EnumerateObject().Select(property => property.Name), ignoreOrder: true);
    }

    [Fact]
    public void It_names_every_method_the_hub_calls_on_a_client()
    {
        var pushes = Document.HubMessages.Where(message => message.Key.StartsWith("On")).ToArray();
        pushes.Select(message => message.Name).ShouldBe(typeof(IAvailabilityClient).GetMethods().Select(method => method.Name), ignoreOrder: true);
        foreach (var push in pushes)
        {
            var argument = typeof(IAvailabilityClient).GetMethod(push.Name)!.GetParameters().ShouldHaveSingleItem().ParameterType;
            var shape = argument == typeof(JsonElement) ? Shape(push.ArgumentSchema).ShouldNotBeNull() : argument;
            ShouldHaveTheFieldsOf(shape, push.ArgumentSchema);
            push.Example[0].Deserialize(shape, WireJson.Options).ShouldNotBeNull();
        }
    }

    [Fact]
    public void It_names_every_method_a_client_may_invoke()
    {
        var hub = Assembly.Load("RealtimeTours.RealtimeHub").GetTypes().Single(type => type.IsSubclassOf(typeof(Hub)) && !type.IsAbstract);
        var methods = hub.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.GetBaseDefinition() == method);
        Document.HubMessages.Where(message => !message.Key.StartsWith("On")).Select(message => message.Name)
            .ShouldBe(methods.Select(method => method.Name), ignoreOrder: true);
    }

    private static Type? Shape(string name) => typeof(EventTypes).Assembly.GetType($"{typeof(EventTypes).Namespace}.{name}");

    // A record's parameter without a default is required of a publisher.
    private static void ShouldHaveTheFieldsOf(Type shape, string schema)
    {
        var parameters = shape.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First().GetParameters();
        var (all, required) = Document.Schema(schema);
        all.ShouldBe(parameters.Select(Wire), ignoreOrder: true, schema);
        required.ShouldBe(parameters.Where(parameter => !parameter.HasDefaultValue).Select(Wire), ignoreOrder: true, schema);
    }

    private static string Wire(ParameterInfo parameter) => JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
}
