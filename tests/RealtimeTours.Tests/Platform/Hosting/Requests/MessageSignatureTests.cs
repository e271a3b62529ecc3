using System.Text;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Tests.Platform.Hosting.Requests;

public sealed class MessageSignatureTests
{
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("a secret of the tests");
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"productId":"p"}""");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_760_000_000);

    [Fact]
    public void A_signature_is_what_other_systems_compute() =>
        // openssl: printf '1760000000.{"productId":"p"}' | openssl dgst -sha256 -hmac 'a secret of the tests'
        MessageSignature.Sign(Secret, Body, Now).ShouldBe("t=1760000000,v1=a886c7981f21ae2cd53705acedfaf6114366bef95bd248b3d776352c090968f0");

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(-300)]
    public void It_is_valid_for_five_minutes_either_way(int seconds) =>
        WhatIsWrong(MessageSignature.Sign(Secret, Body, Now.AddSeconds(seconds))).ShouldBeNull();

    [Theory]
    [InlineData(301)]
    [InlineData(-301)]
    public void Beyond_them_it_is_refused(int seconds) =>
        WhatIsWrong(MessageSignature.Sign(Secret, Body, Now.AddSeconds(seconds)))!.ShouldContain("too old");

    [Fact]
    public void Of_two_signatures_one_under_our_secret_is_enough()
    {
        var other = MessageSignature.Sign(Encoding.UTF8.GetBytes("the next secret"), Body, Now).Split(',')[1];
        var both = MessageSignature.Sign(Secret, Body, Now).Replace(",", $", {other} , ");
        WhatIsWrong(both).ShouldBeNull();
        WhatIsWrong(both.ToUpperInvariant().Replace("T=", "t=").Replace("V1=", "v1=")).ShouldBeNull();
        WhatIsWrong($"t={Now.ToUnixTimeSeconds()},{other}")!.ShouldContain("does not fit");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("t=,v1=00")]
    [InlineData("t=-1760000000,v1=00")]
    [InlineData("t=99999999999999999999,v1=00")]
    [InlineData("t=9223372036854775807,v1=00")]
    [InlineData("v1=00,t=1760000000")]
    [InlineData("t=1760000000")]
    [InlineData("t=1760000000,v1=")]
    [InlineData("t=1760000000,v1=zz")]
    [InlineData("t=1760000000,,,,,,,,,,,,v1")]
    public void What_is_no_signature_is_refused_with_a_sentence(string? header) => WhatIsWrong(header).ShouldNotBeNullOrEmpty();

    [Fact]
    public void A_changed_body_or_time_is_refused()
    {
        var signature = MessageSignature.Sign(Secret, Body, Now);
        MessageSignature.WhatIsWrong(Secret, signature, [.. Body, (byte)' '], Now)!.ShouldContain("does not fit");
        WhatIsWrong(signature.Replace("t=1760000000", "t=1760000001"))!.ShouldContain("does not fit");
        WhatIsWrong(signature.Replace("t=1760000000", "t=01760000000"))!.ShouldContain("does not fit");
    }

    private static string? WhatIsWrong(string? header) => MessageSignature.WhatIsWrong(Secret, header, Body, Now);
}
