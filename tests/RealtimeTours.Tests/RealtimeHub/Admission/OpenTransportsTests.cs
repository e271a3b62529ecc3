using System.Net;
using Microsoft.Extensions.Options;
using RealtimeTours.RealtimeHub.Admission;
using RealtimeTours.RealtimeHub.Configuration;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

public class OpenTransportsTests
{
    private readonly ManualTimeProvider _time = new(States.Noon);

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void An_IPv6_customer_is_his_first_64_bits(string first, string second, bool same)
    {
        var transports = With(most: 1);
        transports.TryOpen(IPAddress.Parse(first)).ShouldBeTrue();
        transports.TryOpen(IPAddress.Parse(second)).ShouldBe(!same);
        transports.Close(IPAddress.Parse(first));
        if (same) transports.TryOpen(IPAddress.Parse(second)).ShouldBeTrue();
    }

    [Fact]
    public void What_is_closed_makes_room_and_is_forgotten()
    {
        var transports = With(most: 2);
        for (var i = 0; i < 5; i++)
        {
            transports.TryOpen(IPAddress.Loopback).ShouldBeTrue();
            transports.TryOpen(IPAddress.Loopback).ShouldBeTrue();
            transports.TryOpen(IPAddress.Loopback).ShouldBeFalse();
            transports.Count.ShouldBe(2);
            transports.Close(IPAddress.Loopback);
            transports.Close(IPAddress.Loopback);
        }
        transports.Count.ShouldBe(0);
    }

    [Fact]
    public void Zero_is_any_number_and_no_address_is_never_too_many()
    {
        var unlimited = With(most: 0);
        for (var i = 0; i < 5_000; i++) unlimited.TryOpen(IPAddress.Loopback).ShouldBeTrue();
        var strict = With(most: 1);
        for (var i = 0; i < 10; i++) (strict.TryOpen(null) && strict.TryNegotiate(null)).ShouldBeTrue();
    }

    [Fact]
    public void Negotiations_are_forgotten_after_a_while()
    {
        var transports = With(most: 2);
        transports.TryNegotiate(IPAddress.Loopback).ShouldBeTrue();
        transports.TryNegotiate(IPAddress.Loopback).ShouldBeTrue();
        transports.TryNegotiate(IPAddress.Loopback).ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(16));
        transports.TryNegotiate(IPAddress.Loopback).ShouldBeTrue();
    }

    private OpenTransports With(int most) => new(Options.Create(new RealtimeHubOptions { MaxConnectionsPerAddress = most }), _time);
}
