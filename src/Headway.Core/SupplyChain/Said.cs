using System.Collections.Immutable;

namespace Headway.Core.SupplyChain;

/// <summary>What those who are trusted say of one release, and what others say, which counts for nothing.</summary>
internal sealed record Said(WantedRelease Wanted, ImmutableArray<SignedWord> Words)
{
    private IEnumerable<SignedWord> Trusted => Words.Where(word => word.Signer is not null);

    public ReleaseCheck Signature()
    {
        const string name = "signature";
        var signatures = Trusted.Where(word => word.Kind == PredicateType.Signature).ToList();
        if (signatures.Find(word => word.IsAbout(Wanted.ManifestDigest)) is { Signer: { } signer })
            return new(name, CheckResult.Passed, $"It is signed by {signer.Name} (key {signer.Id[..16]}).");
        if (signatures.Count > 0)
            return new(name, CheckResult.Failed, $"{Wanted.Id} is not signed: the signature that lies beside it is of another "
                + $"release ({signatures[0].About.FirstOrDefault()}).");
        var others = Words.Where(word => word.Kind == PredicateType.Signature).ToList();
        return new(name, CheckResult.Failed, others.Count > 0
            ? $"{Wanted.Id} is signed only by keys that are not trusted here, or was altered after it was signed. "
                + "`headway trust list` shows the keys that are."
            : $"{Wanted.Id} is not signed{Damage()}.");
    }

    /// <summary>By Headway: of this service, this commit, and by the builder whose key signed it.</summary>
    public ReleaseCheck Provenance()
    {
        const string name = "provenance";
        var found = About(PredicateType.Provenance, Wanted.ManifestDigest).ToList();
        if (found.Count == 0)
            return new(name, CheckResult.Failed, $"There is no provenance of {Wanted.Id} by a trusted key{Unsigned()}{Damage()}.");
        var problem = default(string);
        foreach (var word in found)
            if (ProblemOf(word) is not { } says)
                return new(name, CheckResult.Passed, $"It was built by {BuildProvenance.BuilderOf(word.Signer!)} from commit "
                    + $"{Wanted.Commit}, says {word.Signer!.Name}.");
            else problem ??= says;
        return new(name, CheckResult.Failed, problem!);
    }

    public ReleaseCheck Handover()
    {
        const string name = "handover";
        var found = About(PredicateType.Handover, Wanted.ManifestDigest)
            .Select(word => (Word: word, Says: word.Statement!.Read<Handover>())).FirstOrDefault(each => each.Says is not null);
        if (found.Says is not { } says)
            return new(name, CheckResult.Failed, $"{Wanted.Id} was built elsewhere, and nobody who is trusted says who handed "
                + $"it over{Unsigned()}{Damage()}.");
        return says.Service == Wanted.Service && says.Commit == Wanted.Commit && says.Artifact == Wanted.ArtifactDigest
            ? new(name, CheckResult.Passed, $"It was built by {says.Origin.BuiltBy} and handed over by {says.HandedBy}, says "
                + $"{found.Word.Signer!.Name}.")
            : new(name, CheckResult.Failed, $"What was handed over as {Wanted.Id} is {says.Artifact} of {says.Service}, commit "
                + $"{says.Commit}.");
    }

    /// <summary>Of another builder, about the artifact itself: it cannot know our manifest.</summary>
    public ReleaseCheck ForeignProvenance()
    {
        const string name = "provenance";
        var found = About(PredicateType.Provenance, Wanted.ArtifactDigest).ToList();
        foreach (var word in found)
            if (word.Statement!.Read<Provenance>() is { RunDetails.Builder.Id: { } builder } read
                && BuildProvenance.CommitOf(read) == Wanted.Commit)
                return new(name, CheckResult.Passed, $"It was built by {builder} from commit {Wanted.Commit}, says "
                    + $"{word.Signer!.Name}.");
        if (!Wanted.Rules.ProvenanceRequired)
            return new(name, CheckResult.Absent, "No provenance by a trusted key came with it, and none is asked for.");
        return new(name, CheckResult.Failed, found.Count > 0
            ? $"The provenance of {Wanted.Id} is of another commit than {Wanted.Commit}."
            : $"There is no provenance of {Wanted.Id} by a trusted key, and the service asks for it "
                + $"(`supply: {{ provenance: required }}`){Unsigned()}.");
    }

    public ReleaseCheck BillOfMaterials()
    {
        const string name = "bill of materials";
        return About(PredicateType.BillOfMaterials, Wanted.ManifestDigest).FirstOrDefault() is { } word
            ? new(name, CheckResult.Passed, Bills.BillSummary.Of(word.Statement!.Predicate).Says)
            : new(name, CheckResult.Absent, "There is no bill of materials.");
    }

    public ReleaseCheck Tests()
    {
        const string name = "tests";
        if (About(PredicateType.TestResult, Wanted.ManifestDigest).FirstOrDefault() is not { } word
            || word.Statement!.Read<TestResult>() is not { } read)
            return new(name, CheckResult.Absent, "No test reports were kept.");
        var reports = read.Reports.IsDefault ? 0 : read.Reports.Length;
        return new(name, CheckResult.Passed, $"{read.Result}, in {reports} report{(reports == 1 ? "" : "s")}.");
    }

    public IEnumerable<ReleaseCheck> Ignored() => Words.Where(word => word.Problem is not null)
        .Select(word => new ReleaseCheck("attached", CheckResult.Ignored, $"{word.Digest} {word.Problem}."));

    private IEnumerable<SignedWord> About(string kind, string digest) =>
        Trusted.Where(word => word.Kind == kind && word.Statement is not null && word.IsAbout(digest));

    private string? ProblemOf(SignedWord word)
    {
        if (word.Statement!.Read<Provenance>() is not { } read || BuildProvenance.ParametersOf(read) is not { } asked)
            return $"The provenance of {Wanted.Id} is not one of a build by Headway.";
        if (asked.Service != Wanted.Service)
            return $"The provenance of {Wanted.Id} is of the service {asked.Service}, not of {Wanted.Service}.";
        if (BuildProvenance.CommitOf(read) is var commit && commit != Wanted.Commit)
            return $"The provenance of {Wanted.Id} is of commit {commit}, not of {Wanted.Commit}.";
        if (read.RunDetails?.Builder?.Id is var builder && builder != BuildProvenance.BuilderOf(word.Signer!))
            return $"The provenance of {Wanted.Id} names the builder {builder}, and {word.Signer!.Name} cannot speak for it.";
        return word.IsAbout(Wanted.ArtifactDigest) ? null
            : $"The provenance of {Wanted.Id} is about another artifact than {Wanted.ArtifactDigest}.";
    }

    private string Unsigned() => Words.Any(word => word.Statement is not null && word.Signer is null)
        ? "; a statement that lies beside it is signed by no trusted key, or was altered" : "";

    private string Damage() => Words.FirstOrDefault(word => word.Statement is null && word.Signer is null
        && word.Kind is not PredicateType.Signature) is { Problem: { } problem } bad ? $"; {bad.Digest} {problem}" : "";
}
