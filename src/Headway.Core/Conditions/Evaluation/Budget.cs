namespace Headway.Core.Conditions.Evaluation;

/// <summary>An evaluation went beyond what it may cost. Nothing in an expression can absorb that.</summary>
internal sealed class BudgetException(string says) : Exception(says);

/// <summary>What an evaluation has left to spend.</summary>
internal sealed class Budget(ConditionLimits limits)
{
    /// <summary>So many characters are read in the time of one step.</summary>
    private const int CharactersAStep = 32;

    private const int ComparisonsAStep = 512;

    private long _steps = limits.Steps;
    private long _bytes = limits.Bytes;
    private int _depth;

    /// <summary>Index of the expression that is being evaluated, for the error when it was one too many.</summary>
    public int At { get; set; }

    public static Budget Unlimited() => new(new ConditionLimits(long.MaxValue, long.MaxValue));

    public void Step(long steps = 1)
    {
        if ((_steps -= steps) < 0)
            throw new BudgetException($"The evaluation needs more than the {limits.Steps} steps that are allowed.");
    }

    public void Read(long characters) => Step(characters / CharactersAStep);

    /// <summary>A search of one text in another, which can take the product of their lengths.</summary>
    public void Search(long text, long part) => Step(text * part / ComparisonsAStep);

    /// <summary>To be asked before something is made, so that what is too big is never made.</summary>
    public void Make(long bytes)
    {
        if ((_bytes -= bytes) < 0)
            throw new BudgetException($"The evaluation makes more than the {limits.Bytes} bytes that are allowed.");
        Read(bytes / 2);
    }

    public static T Made<T>(T value) where T : ConditionValue =>
        value.Weight <= ConditionLimits.Weight ? value : throw new BudgetException(
            $"A value of more than {ConditionLimits.Weight} bytes was made of parts that are shared.");

    public void Enter()
    {
        if (++_depth > ConditionLimits.EvaluationDepth)
            throw new BudgetException($"The evaluation goes deeper than {ConditionLimits.EvaluationDepth} levels.");
    }

    public void Leave() => _depth--;
}
