using System.Text;
using Microsoft.AspNetCore.SignalR;
using RealtimeTours.Platform.Backplane;

namespace RealtimeTours.Tests.Backplane;

public sealed class RedisBusMessageTests
{
    private static readonly RedisBusMessage Full = new(RedisBusMessageKind.Invoke, Guid.NewGuid())
    {
        AckId = 1L << 40,
        Only = ["a", "東京"],
        Except = ["b"],
        Group = "",
        InvocationId = "i1",
        Error = "e",
        Payload = [new SerializedMessage("json", Encoding.UTF8.GetBytes("{}\u001e")), new SerializedMessage("other", new byte[70_000])],
    };

    [Fact]
    public void Every_field_survives_the_way()
    {
        var read = RedisBusMessage.Read(Full.ToBytes()).ShouldNotBeNull();

        (read with { Only = null, Except = null, Payload = null }).ShouldBe(Full with { Only = null, Except = null, Payload = null });
        read.Only.ShouldBe(Full.Only);
        read.Except.ShouldBe(Full.Except);
        read.Payload!.Select(p => (p.ProtocolName, Convert.ToHexString(p.Serialized.Span)))
            .ShouldBe(Full.Payload!.Select(p => (p.ProtocolName, Convert.ToHexString(p.Serialized.Span))));
    }

    [Fact]
    public void What_is_absent_stays_absent_and_costs_nothing()
    {
        var bytes = new RedisBusMessage(RedisBusMessageKind.Knock, Guid.NewGuid()).ToBytes();

        bytes.Length.ShouldBe(19);
        var read = RedisBusMessage.Read(bytes).ShouldNotBeNull();
        (read.AckId, read.Only, read.Except, read.Group, read.InvocationId, read.Error, read.Payload).ShouldBe((0, null, null, null, null, null, null));
    }

    [Fact]
    public void The_sender_and_a_question_are_seen_without_reading_on()
    {
        var bytes = Full.ToBytes();

        RedisBusMessage.IsFrom(Full.Sender, bytes).ShouldBeTrue();
        RedisBusMessage.IsFrom(Guid.NewGuid(), bytes).ShouldBeFalse();
        RedisBusMessage.IsQuestion(bytes).ShouldBeTrue();
        RedisBusMessage.IsQuestion((Full with { AckId = 0 }).ToBytes()).ShouldBeFalse();
        RedisBusMessage.IsFrom(Full.Sender, []).ShouldBeFalse();
    }

    [Fact]
    public void A_newer_format_is_told_from_damage()
    {
        var bytes = Full.ToBytes();
        bytes[0] = 2;

        RedisBusMessage.Read(bytes).ShouldBeNull();
    }

    [Fact]
    public void Damaged_bytes_fail_to_read_and_do_nothing_worse()
    {
        var whole = (Full with { Payload = [new SerializedMessage("json", new byte[20])] }).ToBytes();
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = whole[..random.Next(1, whole.Length)];
            for (var i = random.Next(3); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                RedisBusMessage.Read(bytes);
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException or FormatException or ArgumentException)
            {
                // refused, as it should be
            }
            catch (Exception exception)
            {
                throw new ShouldAssertException($"seed {seed}, round {round}", exception);
            }
        }
    }
}
