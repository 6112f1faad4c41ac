using System.Collections.Immutable;
using Headway.Core.Services;

namespace Headway.Server.Specs.Templates;

/// <summary>
/// Puts the jobs of templates where `build:` uses them, so that the rest of the reader sees jobs alone. What it puts in
/// stands at the place of its `use:`.
/// </summary>
internal sealed class Expansion(KnownTemplates known, ProblemList problems)
{
    private const int DepthLimit = 5, SizeLimit = 10_000;
    private readonly List<TemplateUsed> _used = [];
    private readonly Dictionary<string, string> _templateOf = new(StringComparer.Ordinal);

    /// <summary>Every template that was used, those that templates use included.</summary>
    public ImmutableArray<TemplateUsed> Used => [.. _used.Distinct().OrderBy(used => used.Name, StringComparer.Ordinal)];

    /// <summary>The template of a job by its written name, or null.</summary>
    public string? TemplateOf(string job) => _templateOf.GetValueOrDefault(job);

    /// <summary>The specification with its `build:` written out.</summary>
    public SpecNode Root(SpecNode root)
    {
        if (root is not SpecNode.Map map || map.Entries.All(entry => entry.Key.Text != "build")) return root;
        return new SpecNode.Map(map.At, [.. map.Entries.Select(entry => entry is { Key.Text: "build", Value: SpecNode.Map }
            ? entry with { Value = Build((SpecNode.Map)entry.Value, []) } : entry)]);
    }

    /// <param name="chain">Templates that are being written out, the outermost first.</param>
    public SpecNode.Map Build(SpecNode.Map build, ImmutableArray<Template> chain)
    {
        var whole = build.Entries.FirstOrDefault(entry => entry is { Key.Text: "use", Value: SpecNode.Scalar });
        var own = whole is null ? build.Entries
            : [.. build.Entries.Where(entry => entry.Key.Text is not ("use" or "with" or "extend"))];
        var jobs = ImmutableArray.CreateBuilder<SpecNode.Entry>();
        if (whole is not null) jobs.AddRange(Whole(build, (SpecNode.Scalar)whole.Value, own, chain));
        jobs.AddRange(own.Select(entry => entry.Value is SpecNode.Map job && EntryOf(job, "use") is SpecNode.Scalar use
            ? entry with { Value = Job(entry.Key.Text, job, use, chain) } : entry));
        var written = new SpecNode.Map(build.At, jobs.ToImmutable());
        if (written.Size <= SizeLimit) return written;
        problems.Add(build.At, $"written out with its templates this holds more than {SizeLimit} values");
        return new(build.At, []);
    }

    private List<SpecNode.Entry> Whole(
        SpecNode.Map build, SpecNode.Scalar use, ImmutableArray<SpecNode.Entry> own, ImmutableArray<Template> chain)
    {
        if (Filled(use, EntryOf(build, "with"), chain) is not var (template, jobs)) return [];
        foreach (var twice in own.Where(entry => jobs.Entries.Any(job => job.Key.Text == entry.Key.Text)))
            problems.Add(twice.Key.At, $"`{twice.Key.Text}` is a job of {template.Id}",
                $"another name, or `extend: {{ {twice.Key.Text}: ... }}` where the template allows it");
        var extend = EntryOf(build, "extend") as SpecNode.Map ?? new SpecNode.Map(build.At, []);
        foreach (var entry in extend.Entries.Where(entry => jobs.Entries.All(job => job.Key.Text != entry.Key.Text)))
            problems.Add(entry.Key.At, $"{template.Id} has no job `{SpecNode.Shorten(entry.Key.Text)}`",
                string.Join(", ", jobs.Entries.Select(job => $"`{job.Key.Text}`")),
                Core.NearestWord.To(entry.Key.Text, jobs.Entries.Select(job => job.Key.Text)));
        return jobs.Entries.Select(job =>
        {
            _templateOf.TryAdd(job.Key.Text, template.Id);
            return EntryOf(extend, job.Key.Text) is SpecNode.Map more
                ? job with { Value = Extended(template, job.Key.Text, (SpecNode.Map)job.Value, more.Entries) } : job;
        }).ToList();
    }

    private SpecNode.Map Job(string name, SpecNode.Map job, SpecNode.Scalar use, ImmutableArray<Template> chain)
    {
        var more = job.Entries.Where(entry => entry.Key.Text is not ("use" or "with")).ToImmutableArray();
        if (Filled(use, EntryOf(job, "with"), chain) is not var (template, jobs)) return Nothing(job);
        var found = jobs.Entries.FirstOrDefault(entry => entry.Key.Text == name)
            ?? (jobs.Entries.Length == 1 ? jobs.Entries[0] : null);
        if (found?.Value is not SpecNode.Map made)
        {
            problems.Add(use.At, $"{template.Id} has several jobs and none is called `{name}`",
                $"`build: {{ use: {template.Id} }}`, or one of the names "
                + string.Join(", ", jobs.Entries.Select(entry => $"`{entry.Key.Text}`")));
            return Nothing(job);
        }
        _templateOf[name] = template.Id;
        return Extended(template, found.Key.Text, made, more);
    }

    /// <summary>Something was reported; what stands for the job keeps others from being reported too.</summary>
    private static SpecNode.Map Nothing(SpecNode.Map job) =>
        new(job.At, [new(new(job.At, "run", false), new SpecNode.Scalar(job.At, "true", true))]);

    private (Template Template, SpecNode.Map Jobs)? Filled(
        SpecNode.Scalar use, SpecNode? with, ImmutableArray<Template> chain)
    {
        if (use.Text.Split('@') is not [{ Length: > 0 } name, var version] || TemplateName.VersionOf(version) is null)
        {
            problems.Add(use.At, $"`{SpecNode.Shorten(use.Text)}` names no template", "`NAME@2` or `NAME@2.1.0`");
            return null;
        }
        var (template, says, nearest) = known.Find(name, version);
        if (template is null)
        {
            problems.Add(use.At, says, "one of those that `headway templates list` shows", nearest);
            return null;
        }
        if (chain.Any(outer => outer.Name == template.Name) || chain.Length >= DepthLimit)
        {
            var links = chain.Add(template);
            problems.Add(use.At, chain.Length >= DepthLimit ? $"templates use each other more than {DepthLimit} levels deep"
                : "templates include themselves: " + string.Join(", ",
                    links.Skip(1).Select((inner, at) => $"{links[at].Id} uses {inner.Id}")));
            return null;
        }
        _used.Add(template.Used);
        var before = problems.Count;
        var filling = Filling.Of(template, use, with, problems);
        if (problems.Count > before) return null;
        var filled = (SpecNode.Map)filling.Fill(template.Build, use.At, problems);
        return (template, Build(filled, chain.Add(template)));
    }

    private SpecNode.Map Extended(
        Template template, string job, SpecNode.Map made, ImmutableArray<SpecNode.Entry> more)
    {
        foreach (var entry in more)
        {
            var key = entry.Key.Text;
            if (!template.MayExtend(job, key))
                problems.Add(entry.Key.At, $"{template.Id} does not let a service set `{SpecNode.Shorten(key)}` of its job {job}",
                    template.Extend.FirstOrDefault(each => each.Job == job).Keys is { IsDefaultOrEmpty: false } keys
                        ? string.Join(", ", keys.Select(each => $"`{each}`")) : "nothing but `use` and `with`");
            else if (made.Entries.FirstOrDefault(each => each.Key.Text == key) is { } there)
                made = new(made.At, made.Entries.Replace(there, new(entry.Key, Joined(there.Value, entry.Value))));
            else
                made = new(made.At, made.Entries.Add(entry));
        }
        return made;
    }

    /// <summary>Mappings and lists grow, where the template's own entries stay; anything else is replaced.</summary>
    private static SpecNode Joined(SpecNode made, SpecNode more) => (made, more) switch
    {
        (SpecNode.Map a, SpecNode.Map b) => new SpecNode.Map(b.At,
            [.. a.Entries, .. b.Entries.Where(entry => a.Entries.All(own => own.Key.Text != entry.Key.Text))]),
        (SpecNode.List a, SpecNode.List b) => new SpecNode.List(b.At, [.. a.Items, .. b.Items]),
        (SpecNode.Scalar a, SpecNode.List b) => new SpecNode.List(b.At, [a, .. b.Items]),
        _ => more,
    };

    private static SpecNode? EntryOf(SpecNode.Map map, string key) =>
        map.Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;
}

/// <summary>Tries a template before it is kept: with examples for what services will give.</summary>
internal sealed class TemplateTrial(KnownTemplates known, ProblemList problems)
{
    public void Try(Template template)
    {
        var filled = (SpecNode.Map)Filling.Example(template).Fill(template.Build, null, problems);
        if (problems.Count > 0) return;
        var jobs = new Expansion(known, problems).Build(filled, [template]);
        if (problems.Count > 0) return;
        JobShape.CheckJobs(jobs, problems);
        foreach (var unknown in template.Extend.Where(each => jobs.Entries.All(job => job.Key.Text != each.Job)))
            problems.Add(template.Build.At, $"`extend` names a job `{unknown.Job}` that the template does not have",
                string.Join(", ", jobs.Entries.Select(job => $"`{job.Key.Text}`")));
    }
}
