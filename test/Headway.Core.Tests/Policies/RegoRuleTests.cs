using System.Text.Json;
using Headway.Core.Policies;
using Xunit;

namespace Headway.Core.Tests.Policies;

public sealed class RegoRuleTests
{
    [Theory]
    [InlineData("""{"result":true}""", true, "")]
    [InlineData("""{"result":false}""", false, "")]
    [InlineData("""{"result":[]}""", true, "")]
    [InlineData("""{"result":["no ticket","a Friday"]}""", false, "a Friday; no ticket")]
    [InlineData("""{"result":[{"msg":"no ticket"}]}""", false, "no ticket")]
    [InlineData("""{"result":{"allow":true}}""", true, "")]
    [InlineData("""{"result":{"allow":true,"deny":["not today"]}}""", false, "not today")]
    [InlineData("""{"result":{"allow":true,"deny":[]}}""", true, "")]
    [InlineData("""{"result":{"allow":false,"deny":[]}}""", false, "")]
    [InlineData("{}", null, "undefined")]
    [InlineData("""{"result":{"allowed":true}}""", null, "object")]
    [InlineData("""{"result":1}""", null, "number")]
    [InlineData("[]", null, "undefined")]
    public void Answers_of_the_data_api_are_read_and_what_is_none_lets_nothing_through(string answer, bool? holds, string says)
    {
        var read = RegoRule.Read(JsonDocument.Parse(answer).RootElement);
        Assert.Equal(holds, read.Holds);
        Assert.Contains(says, read.Says);
    }
}
