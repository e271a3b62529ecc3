using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace RealtimeTours.Tests.Backplane;

public abstract partial class HubLifetimeManagerSpecs
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_client_gives_its_result_to_whichever_node_asked(int asking)
    {
        var nodes = await StartAsync();
        var connection = await nodes.ConnectAsync(0);

        var result = nodes[asking].InvokeConnectionAsync<int>(connection.Id, "Ask", ["x"], Never);
        var id = await connection.InvocationIdAsync("Ask");
        nodes[0].TryGetReturnType(id, out var type).ShouldBeTrue();
        await nodes[0].SetConnectionResultAsync(connection.Id, CompletionOf(id, type!, "42"));

        (await result).ShouldBe(42);
        nodes[0].TryGetReturnType(id, out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_client_may_answer_with_an_object_or_with_null()
    {
        var nodes = await StartAsync();
        var connection = await nodes.ConnectAsync(0);

        var result = nodes[1].InvokeConnectionAsync<Dictionary<string, int>>(connection.Id, "Ask", ["x"], Never);
        await AnswerAsync(nodes[0], connection, "Ask", """{"a":1}""");
        (await result)["a"].ShouldBe(1);

        var nothing = nodes[1].InvokeConnectionAsync<string?>(connection.Id, "AskNull", ["x"], Never);
        await AnswerAsync(nodes[0], connection, "AskNull", "null");
        (await nothing).ShouldBeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_clients_error_reaches_the_node_that_asked(int asking)
    {
        var nodes = await StartAsync();
        var connection = await nodes.ConnectAsync(0);

        var result = nodes[asking].InvokeConnectionAsync<int>(connection.Id, "Ask", ["x"], Never);
        await nodes[0].SetConnectionResultAsync(connection.Id, CompletionMessage.WithError(await connection.InvocationIdAsync("Ask"), "no idea"));

        (await Should.ThrowAsync<HubException>(() => result)).Message.ShouldBe("no idea");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_result_of_the_wrong_type_is_an_error_of_the_call(int asking)
    {
        var nodes = await StartAsync();
        var connection = await nodes.ConnectAsync(0);

        var result = nodes[asking].InvokeConnectionAsync<int>(connection.Id, "Ask", ["x"], Never);
        await AnswerAsync(nodes[0], connection, "Ask", "\"text\"");

        await Should.ThrowAsync<HubException>(() => result);
    }

    [Fact]
    public async Task Calling_a_connection_nobody_has_fails_at_once()
    {
        var nodes = await StartAsync();

        var failure = await Should.ThrowAsync<IOException>(() => nodes[1].InvokeConnectionAsync<int>("nobody", "Ask", ["x"], Never));

        failure.Message.ShouldBe("Connection 'nobody' does not exist.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_client_that_leaves_instead_of_answering_ends_the_call(int asking)
    {
        var nodes = await StartAsync();
        var connection = await nodes.ConnectAsync(0);

        var result = nodes[asking].InvokeConnectionAsync<int>(connection.Id, "Ask", ["x"], Never);
        await connection.InvocationIdAsync("Ask");
        await nodes.DisconnectAsync(connection);

        (await Should.ThrowAsync<IOException>(() => result)).Message.ShouldContain("disconnected");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_cancelled_call_ends_and_is_forgotten_on_both_nodes(int asking)
    {
        var nodes = await StartAsync();
        var connection = await nodes.ConnectAsync(0);
        using var cancel = new CancellationTokenSource();

        var result = nodes[asking].InvokeConnectionAsync<int>(connection.Id, "Ask", ["x"], cancel.Token);
        var id = await connection.InvocationIdAsync("Ask");
        await cancel.CancelAsync();

        await Should.ThrowAsync<HubException>(() => result);
        nodes[asking].TryGetReturnType(id, out _).ShouldBeFalse();
        await Eventually.ShouldBeTrueAsync(() => !nodes[0].TryGetReturnType(id, out _));
        await nodes[0].SetConnectionResultAsync(connection.Id, CompletionMessage.WithResult(id, 1)); // a late answer harms nobody
    }

    [Fact]
    public async Task Calls_of_different_nodes_do_not_get_each_others_results()
    {
        var nodes = await StartAsync();
        var connection = await nodes.ConnectAsync(0);

        var first = nodes[0].InvokeConnectionAsync<int>(connection.Id, "AskFirst", ["x"], Never);
        var second = nodes[1].InvokeConnectionAsync<int>(connection.Id, "AskSecond", ["x"], Never);
        var third = nodes[2].InvokeConnectionAsync<int>(connection.Id, "AskThird", ["x"], Never);
        await AnswerAsync(nodes[0], connection, "AskThird", "3");
        await AnswerAsync(nodes[0], connection, "AskFirst", "1");
        await AnswerAsync(nodes[0], connection, "AskSecond", "2");

        (await Task.WhenAll(first, second, third)).ShouldBe([1, 2, 3]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_connection_cannot_answer_for_another_one(int asking)
    {
        var nodes = await StartAsync();
        var asked = await nodes.ConnectAsync(0);
        var liar = await nodes.ConnectAsync(0);

        var result = nodes[asking].InvokeConnectionAsync<int>(asked.Id, "Ask", ["x"], Never);
        var id = await asked.InvocationIdAsync("Ask");
        await Should.ThrowAsync<InvalidOperationException>(async () => await nodes[0].SetConnectionResultAsync(liar.Id, CompletionMessage.WithResult(id, 666)));
        await AnswerAsync(nodes[0], asked, "Ask", "42");

        (await result).ShouldBe(42);
    }

    private static async Task AnswerAsync(HubLifetimeManager<Hub> node, TestConnection connection, string target, string json)
    {
        var id = await connection.InvocationIdAsync(target);
        node.TryGetReturnType(id, out var type).ShouldBeTrue();
        await node.SetConnectionResultAsync(connection.Id, CompletionOf(id, type!, json));
    }

    // What SignalR's dispatcher hands over: the hub protocol reads the client's bytes as the type that TryGetReturnType named.
    private static CompletionMessage CompletionOf(string id, Type type, string json)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes($$"""{"type":3,"invocationId":{{JsonSerializer.Serialize(id)}},"result":{{json}}}""" + "\u001e");
        var sequence = new System.Buffers.ReadOnlySequence<byte>(bytes);
        new JsonHubProtocol().TryParseMessage(ref sequence, new ReturnType(type), out var message).ShouldBeTrue();
        return (CompletionMessage)message!;
    }

    private sealed class ReturnType(Type type) : IInvocationBinder
    {
        public Type GetReturnType(string invocationId) => type;

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => [];

        public Type GetStreamItemType(string streamId) => typeof(object);
    }
}
