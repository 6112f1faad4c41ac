using Headway.Core.Evidence.Answers;

namespace Headway.Node.Gateway.Shadows;

/// <summary>How a copy was answered.</summary>
/// <param name="Answer">Null when no whole answer came.</param>
/// <param name="Says">The status, or why there is no answer: `no answer within 5 s`.</param>
internal sealed record ShadowAnswer(Answer? Answer, string Says, double Milliseconds)
{
    public bool Fails => Answer is not { Fails: false };
}

/// <summary>A request, and how both sides answered its copies.</summary>
/// <param name="Again">Stable's second answer, when it was asked twice.</param>
/// <param name="IsDrawn">By this copy stable's failures are counted, whatever comes of it.</param>
internal sealed record Comparable(MirroredRequest Request, ShadowAnswer Candidate, ShadowAnswer? Again, bool IsDrawn);
