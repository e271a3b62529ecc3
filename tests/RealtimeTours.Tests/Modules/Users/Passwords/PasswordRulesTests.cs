using RealtimeTours.Modules.Users.Passwords;

namespace RealtimeTours.Tests.Modules.Users.Passwords;

public class PasswordRulesTests
{
    [Theory]
    [InlineData("123456789", false)]
    [InlineData("ninesigns", false)]
    [InlineData("1234567890", false)]
    [InlineData("qwertyuiop", false)]
    [InlineData("1q2w3e4r5t", false)]
    [InlineData("azertyuiop", false)]
    [InlineData("PASSWORD123", false)]
    [InlineData("P@ssw0rd123", false)]
    [InlineData("motdepasse123", false)]
    [InlineData("iloveyou123", false)]
    [InlineData("zzzzzzzzzzzzz", false)]
    [InlineData("!!!!!!!!!!", false)]
    [InlineData("Ada.Lovelace@example.com", false)]
    [InlineData("ada.lovelace", false)]
    [InlineData("augusta ada king", false)]
    [InlineData("green-tram-4711", true)]
    [InlineData("          a", true)] // unusual, but nobody tries it first
    [InlineData("päßwörtchen", true)]
    public void What_everybody_tries_first_is_refused(string password, bool accepted) =>
        (PasswordRules.WeaknessOf(password, "ada.lovelace@example.com", "Augusta Ada King") is null).ShouldBe(accepted);

    [Fact]
    public void A_long_sentence_is_fine_up_to_a_limit()
    {
        PasswordRules.WeaknessOf(new string('x', 255) + "y", "a@b.c", "x").ShouldBeNull();
        PasswordRules.WeaknessOf(new string('x', 256) + "y", "a@b.c", "x").ShouldNotBeNull();
    }
}
