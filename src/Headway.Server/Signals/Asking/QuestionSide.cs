using System.Collections.Immutable;
using System.Globalization;
using Headway.Core.Evidence;
using Headway.Core.Releases;

namespace Headway.Server.Signals.Asking;

/// <summary>One release of a question, and what its placeholders stand for.</summary>
internal sealed record QuestionSide(SignalQuestion Question, bool IsStable, Release Release)
{
    private static readonly TimeSpan LeastWindow = TimeSpan.FromMinutes(1);

    public string Name => IsStable ? "stable" : "candidate";

    /// <summary>Stable first, where there is one.</summary>
    public static ImmutableArray<QuestionSide> Of(SignalQuestion question) => question.Stable is { } stable
        ? [new(question, true, stable), new(question, false, question.Candidate)]
        : [new(question, false, question.Candidate)];

    /// <summary>For `$window`: as long as between two looks, and long enough for a few scrapes.</summary>
    public TimeSpan Window => Question.Signal.Every < LeastWindow ? LeastWindow : Question.Signal.Every;

    public string ValueOf(string placeholder) => placeholder switch
    {
        "release" => Release.Id,
        "side" => Word,
        "commit" => Release.Commit.Sha,
        "service" => Question.Service,
        "environment" => Question.Environment,
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(Window.TotalSeconds)}s"),
    };

    private string Word
    {
        get
        {
            var words = Question.Signal.Source.Asks?.Sides ?? SideWords.Usual;
            return IsStable ? words.Stable : words.Candidate;
        }
    }
}
